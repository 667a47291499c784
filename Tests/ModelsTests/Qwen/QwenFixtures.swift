import Foundation
import TensorEngine
import TestSupport
import Testing
import VideoInput

@testable import Models

/// A file of tensors that the reference implementation computed.
struct ReferenceTensors {
  let file: Safetensors

  init(_ name: String) throws {
    file = try Safetensors(contentsOf: Fixtures.url(name + ".safetensors"))
  }

  func floats(_ name: String) throws -> [Float] { try file.floats(name) }

  /// The rows of a tensor whose last extent is the row's width.
  func rows(_ name: String) throws -> [[Float]] {
    Self.rows(try file.floats(name), file.shape(of: name))
  }

  func integerRows(_ name: String) throws -> [[Int]] {
    Self.rows(try file.integers(name), file.shape(of: name))
  }

  func integers(_ name: String) throws -> [Int] { try file.integers(name) }

  private static func rows<Element>(_ values: [Element], _ shape: [Int]?) -> [[Element]] {
    let width = max(1, shape?.last ?? 1)
    return stride(from: 0, to: values.count, by: width).map { Array(values[$0..<$0 + width]) }
  }
}

/// One of the batches with videos: `vl_one` and `vl_two`.
struct ReferenceVideoBatch {
  struct Sample {
    /// Without the padding on the left.
    let prompt: Prompt
    /// The columns of the padded batch that hold the prompt's tokens.
    let columns: Range<Int>
    /// The tokens whose loss is taken, the prompt's last ones.
    let labelled: Int
  }

  let tensors: ReferenceTensors
  let samples: [Sample]
  /// The padded length.
  let length: Int

  init(_ name: String, configuration: QwenConfiguration) throws {
    let tensors = try ReferenceTensors(name)
    let tokens = try tensors.integerRows("input_ids")
    let masks = try tensors.integerRows("attention_mask")
    let labels = try tensors.integerRows("labels")
    var reader = try VisualReader(tensors)
    var samples: [Sample] = []
    for (row, mask) in masks.enumerated() {
      let padding = mask.prefix { $0 == 0 }.count
      let own = Array(tokens[row][padding...])
      samples.append(
        Sample(
          prompt: Prompt(
            tokens: own, visuals: try reader.visuals(of: own, configuration: configuration)),
          columns: padding..<own.count + padding, labelled: labels[row].count { $0 >= 0 }))
    }
    self.tensors = tensors
    self.samples = samples
    length = tokens[0].count
  }

  /// Every sample as a prompt with one response: its labelled tokens.
  var groups: [(prompt: Prompt, responses: [[Int]])] {
    samples.map { sample in
      let cut = sample.prompt.tokens.count - sample.labelled
      let prompt = Prompt(
        tokens: Array(sample.prompt.tokens[..<cut]), visuals: sample.prompt.visuals)
      return (prompt, [Array(sample.prompt.tokens[cut...])])
    }
  }
}

/// Hands out the images and videos of a reference batch in the order of their placeholders.
private struct VisualReader {
  private let tensors: ReferenceTensors
  private let seconds: [Float]
  private var nextImage = 0
  private var nextVideo = 0
  private var imageRow = 0
  private var videoRow = 0

  init(_ tensors: ReferenceTensors) throws {
    self.tensors = tensors
    seconds = try tensors.floats("second_per_grid_ts")
  }

  mutating func visuals(
    of tokens: [Int], configuration: QwenConfiguration
  ) throws -> [VisualPatches] {
    var visuals: [VisualPatches] = []
    var position = 0
    while position < tokens.count {
      guard let kind = configuration.placeholderKind(of: tokens[position]) else {
        position += 1
        continue
      }
      let visual = kind == .image ? try image() : try video()
      visuals.append(visual)
      position += visual.patchCount / 4
    }
    return visuals
  }

  private mutating func image() throws -> VisualPatches {
    let grid = try tensors.integerRows("image_grid_thw")[nextImage]
    nextImage += 1
    return try visual(.image, grid, "pixel_values", 0, row: &imageRow)
  }

  private mutating func video() throws -> VisualPatches {
    let grid = try tensors.integerRows("video_grid_thw")[nextVideo]
    nextVideo += 1
    return try visual(
      .video, grid, "pixel_values_videos", Double(seconds[nextVideo - 1]), row: &videoRow)
  }

  private func visual(
    _ kind: VisualPatches.Kind, _ grid: [Int], _ name: String, _ seconds: Double, row: inout Int
  ) throws -> VisualPatches {
    let count = grid.reduce(1, *)
    let values = try tensors.rows(name)[row..<row + count].flatMap { $0 }
    row += count
    return VisualPatches(
      kind: kind, temporal: grid[0], height: grid[1], width: grid[2], secondsPerGrid: seconds,
      values: values)
  }
}

/// Reads the reference's `snake_case` keys.
var snakeCaseDecoder: JSONDecoder {
  let decoder = JSONDecoder()
  decoder.keyDecodingStrategy = .convertFromSnakeCase
  return decoder
}

/// The largest absolute difference of two equally long lists.
func largestDifference(_ first: [Float], _ second: [Float]) -> Float {
  guard first.count == second.count else { return .infinity }
  return zip(first, second).reduce(0) { max($0, abs($1.0 - $1.1)) }
}
