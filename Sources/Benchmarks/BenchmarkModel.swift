import Foundation
import Models
import TensorEngine
import VideoInput

/// The models that peers are measured on: from files where a folder is given, otherwise of the same
/// shape with random weights.
enum BenchmarkModel: String {
  case tiny = "tiny-lm"
  case half = "qwen05b-lm"
  case video = "tiny-vl"

  func load(
    _ options: Options, threads: Int? = nil, precision: WeightPrecision = .float32,
    bfloat16Products: BFloat16Products = .widened
  ) throws -> PolicyModel {
    let device = try CPUDevice(
      threads: threads ?? options.threads, bfloat16Products: bfloat16Products)
    guard let models = options.models else {
      return try .initialize(configuration: configuration(), seed: 1, device: device)
        .keeping(precision)
    }
    return try .load(
      from: models.appendingPathComponent(rawValue), device: device, precision: precision)
  }

  private func configuration() throws -> QwenConfiguration {
    switch self {
    case .tiny:
      return try QwenConfiguration(text: Self.small(tied: true), vision: nil, tokens: Self.tokens)
    case .half:
      return try QwenConfiguration(
        text: TextConfiguration(
          hiddenSize: 896, layers: 24, heads: 14, keyValueHeads: 2, intermediateSize: 4864,
          vocabularySize: 151_936, tiedEmbeddings: true), vision: nil, tokens: Self.tokens)
    case .video:
      var text = Self.small(tied: false)
      text.mropeSection = [8, 12, 12]
      return try QwenConfiguration(
        text: text,
        vision: VisionConfiguration(
          depth: 4, hiddenSize: 128, heads: 4, intermediateSize: 344, windowSize: 56,
          fullAttentionBlocks: [1, 3], outHiddenSize: text.hiddenSize),
        tokens: Self.tokens)
    }
  }

  private static func small(tied: Bool) -> TextConfiguration {
    TextConfiguration(
      hiddenSize: 256, layers: 4, heads: 4, keyValueHeads: 2, intermediateSize: 704,
      vocabularySize: 2048, tiedEmbeddings: tied)
  }

  /// As the tokenizer of the model files numbers them.
  private static let tokens = SpecialTokens(
    beginOfText: 2026, endOfText: 2028, visionStart: 2035, visionEnd: 2036, imagePad: 2038,
    videoPad: 2039)

  /// Ordinary tokens of a prompt or a text; another number gives another.
  static func text(_ count: Int, number: Int) -> [Int] {
    (0..<count).map { (($0 &+ 7 &* number) &* 2_654_435_761 >> 7) % 2000 }
  }

  /// A prompt of a video, 8 x 32 x 32 patches that are 2,048 tokens, and a few words.
  static func videoPrompt(_ configuration: QwenConfiguration) throws -> Prompt {
    guard let vision = configuration.vision, let start = configuration.tokens.visionStart,
      let pad = configuration.tokens.videoPad, let end = configuration.tokens.visionEnd
    else { throw BenchmarkError("the model has no vision tower") }
    let (temporal, side) = (8, 32)
    let patches = temporal * side * side
    let video = VisualPatches(
      kind: .video, temporal: temporal, height: side, width: side, secondsPerGrid: 1,
      values: (0..<patches * vision.patchElements).map {
        Float(($0 &* 2_654_435_761) & 0xFFFF) / 32_768 - 1
      })
    let pads = [Int](repeating: pad, count: patches / vision.mergedPatches)
    let tokens = text(16, number: 1) + [start] + pads + [end] + text(16, number: 2)
    return Prompt(tokens: tokens, visuals: [video])
  }
}
