import Foundation
import TestSupport
import Testing

@testable import VideoInput

/// Against `Qwen2VLVideoProcessor` of transformers (fixtures `video_preprocess.*`).
@Suite struct FrameProcessorTests {
  /// The fixture's frames, cropped: it stores them as [time, channel, y, x].
  private func frames(_ tensors: Tensors, count: Int, width: Int = 112, height: Int = 112)
    -> [Frame]
  {
    let values = tensors.uint8("frames_tchw_u8")
    return (0..<count).map { time in
      var rgb: [UInt8] = []
      for y in 0..<height {
        for x in 0..<width {
          for channel in 0..<3 { rgb.append(values[((time * 3 + channel) * 112 + y) * 112 + x]) }
        }
      }
      return Frame(width: width, height: height, rgb: rgb)
    }
  }

  private func largestDifference(_ a: [Float], _ b: [Float]) -> Float {
    zip(a, b).map { abs($0 - $1) }.max() ?? .infinity
  }

  @Test func unresizedFramesEqualTheReferenceWithinHalfPrecision() throws {
    let tensors = try Tensors("video_preprocess.safetensors")
    let processor = FrameProcessor(minPixels: 28 * 28, maxPixels: 224 * 224)
    let patches = try processor.patches(frames(tensors, count: 4), secondsPerFrame: 0.5)
    #expect(
      [patches.temporal, patches.height, patches.width] == tensors.int64("noresize.video_grid_thw"))
    let reference = tensors.float16("noresize.pixel_values_videos")
    #expect(patches.values.count == reference.count)
    // The fixture itself is rounded to half precision, which costs up to 0.00089 (its own note).
    #expect(largestDifference(patches.values, reference) < 0.0009)
    #expect(patches.secondsPerGrid == 1)
    #expect(patches.patchCount * processor.patchLength == patches.values.count)
  }

  @Test func resizedFramesEqualTheReferenceWithinOneGreyLevel() throws {
    let tensors = try Tensors("video_preprocess.safetensors")
    let processor = FrameProcessor(minPixels: 28 * 28, maxPixels: 84 * 112)
    let patches = try processor.patches(
      frames(tensors, count: 2, width: 110, height: 90), secondsPerFrame: 0.5)
    #expect(
      [patches.temporal, patches.height, patches.width] == tensors.int64("resize.video_grid_thw"))
    let reference = tensors.float32("resize.pixel_values_videos")
    #expect(patches.values.count == reference.count)
    let greyLevel = Float(1 / (255 * 0.26130258))
    #expect(largestDifference(patches.values, reference) < greyLevel * 1.001)
    let different = zip(patches.values, reference).filter { abs($0 - $1) > 1e-4 }.count
    #expect(
      Double(different) < 0.02 * Double(reference.count), "\(different) values are off by one")
  }

  @Test func anOddNumberOfFramesRepeatsTheLast() throws {
    let tensors = try Tensors("video_preprocess.safetensors")
    let processor = FrameProcessor(minPixels: 28 * 28, maxPixels: 224 * 224)
    let three = frames(tensors, count: 3)
    let odd = try processor.patches(three, secondsPerFrame: 0.5)
    #expect([odd.temporal, odd.height, odd.width] == tensors.int64("odd3.video_grid_thw"))
    #expect(odd == (try processor.patches(three + [three[2]], secondsPerFrame: 0.5)))
  }

  @Test func anImageIsOneTemporalPatchWithoutDuration() throws {
    let patches = try FrameProcessor(minPixels: 784, maxPixels: 784).patches(
      [Frame(width: 28, height: 28, red: 10, green: 20, blue: 30)], secondsPerFrame: 0, kind: .image
    )
    let grid = [patches.temporal, patches.height, patches.width]
    let expected = [1, 2, 2]
    #expect(grid == expected)
    #expect(patches.kind == .image && patches.secondsPerGrid == 0)
  }

  @Test func sizesFollowSmartResize() throws {
    let object = try JSONSerialization.jsonObject(with: Fixtures.data("video_preprocess.json"))
    let info = try #require(object as? [String: Any])
    let rows = try #require(info["smart_resize_rows_h_w_min_max_h2_w2"] as? [[Int]])
    #expect(rows.count == 120)
    for row in rows {
      let size = try FrameProcessor(minPixels: row[2], maxPixels: row[3]).resizedSize(
        width: row[1], height: row[0])
      #expect(size.height == row[4] && size.width == row[5], "\(row)")
    }
  }

  @Test func absurdSizesAreNamedErrors() throws {
    let processor = FrameProcessor()
    #expect(throws: VideoError.self) { try processor.resizedSize(width: 0, height: 5) }
    #expect(throws: VideoError.self) { try processor.resizedSize(width: 10, height: 2001) }
    #expect(throws: VideoError.self) {
      try FrameProcessor(minPixels: 100, maxPixels: 200).resizedSize(width: 56, height: 56)
    }
    #expect(throws: VideoError.self) { try processor.patches([], secondsPerFrame: 1) }
    let mixed = [
      Frame(width: 28, height: 28, red: 0, green: 0, blue: 0),
      Frame(width: 56, height: 28, red: 0, green: 0, blue: 0),
    ]
    #expect(throws: VideoError.self) { try processor.patches(mixed, secondsPerFrame: 1) }
  }

  @Test func resizeKeepsAFlatColourAndStaysInRange() throws {
    let flat = Frame(width: 33, height: 57, red: 201, green: 3, blue: 255)
    let resized = BicubicResize.resize(flat, width: 140, height: 28)
    #expect(resized == Frame(width: 140, height: 28, red: 201, green: 3, blue: 255))
    var edge = Frame(width: 8, height: 8, red: 0, green: 0, blue: 0)
    for i in 0..<96 { edge.rgb[i] = 255 }
    #expect(BicubicResize.resize(edge, width: 32, height: 32).rgb.contains(255))
  }
}
