import VideoInput

/// How positions are given to the tokens of images and videos, and to the text after them.
///
/// The implementations that people train with disagree, so a recipe can choose.
public enum PositionRule: String, Sendable, Hashable, CaseIterable {
  /// The paper and the first published code: text after a visual resumes at the largest position on
  /// any axis plus 1.
  case published
  /// transformers 5: text after a visual resumes at the visual's first position plus the larger of
  /// its merged height and width, whatever its duration.
  case transformers5
}

/// The positions of tokens on the three axes of multimodal rotary embedding.
///
/// Text has the same position on all three; a visual's tokens have their time, row and column.
/// Source: Qwen2-VL, arXiv:2409.12191, section 2.1; time in seconds: Qwen2.5-VL, arXiv:2502.13923,
/// section 2.1.2.
public struct Positions: Sendable, Equatable {
  public private(set) var temporal: [Int] = []
  public private(set) var height: [Int] = []
  public private(set) var width: [Int] = []
  /// The position, on all three axes, of a text token that follows.
  public private(set) var next: Int

  /// No tokens yet; text starts at `next`.
  public init(startingAt next: Int) {
    self.next = next
  }

  /// The positions of a prompt's tokens.
  public init(_ prompt: Prompt, configuration: QwenConfiguration, rule: PositionRule) throws {
    try self.init(
      prompt, PromptLayout(prompt, configuration: configuration), configuration: configuration,
      rule: rule)
  }

  /// The same for a prompt whose layout is known.
  init(
    _ prompt: Prompt, _ layout: PromptLayout, configuration: QwenConfiguration, rule: PositionRule
  ) throws {
    self.init(startingAt: 0)
    for element in layout.elements {
      switch element {
      case .text(let range):
        appendText(range.count)
      case .visual(let index, _):
        guard let vision = configuration.vision else { throw PromptError.modelHasNoVision }
        try append(
          prompt.visuals[index], number: index, mergeSize: vision.spatialMergeSize,
          tokensPerSecond: vision.tokensPerSecond, rule: rule)
      }
    }
  }

  /// Adds text tokens at the next positions.
  public mutating func appendText(_ count: Int) {
    let range = next..<next + count
    temporal += range
    height += range
    width += range
    next += count
  }

  /// Times are computed in Float and in the order of the reference, because they are cut to
  /// integers.
  private mutating func append(
    _ visual: VisualPatches, number: Int, mergeSize: Int, tokensPerSecond: Double,
    rule: PositionRule
  ) throws {
    let rows = visual.height / mergeSize
    let columns = visual.width / mergeSize
    let start = next
    var last = start + max(rows, columns) - 1
    for frame in 0..<visual.temporal {
      guard
        let offset = Self.time(of: frame, in: visual, tokensPerSecond: tokensPerSecond, rule)
      else { throw PromptError.duration(visual: number, secondsPerGrid: visual.secondsPerGrid) }
      let time = start + offset
      last = max(last, time)
      for row in 0..<rows {
        for column in 0..<columns {
          temporal.append(time)
          height.append(start + row)
          width.append(start + column)
        }
      }
    }
    next = rule == .published ? last + 1 : start + max(rows, columns)
  }

  private static func time(
    of frame: Int, in visual: VisualPatches, tokensPerSecond: Double, _ rule: PositionRule
  ) -> Int? {
    guard visual.kind == .video else { return rule == .published ? 0 : frame }
    let seconds = Float(visual.secondsPerGrid)
    let time =
      switch rule {
      case .published: Float(frame) * seconds * Float(tokensPerSecond)
      case .transformers5: Float(frame) * (Float(tokensPerSecond) * seconds)
      }
    // Int32 positions are exact in the rotary table's Double, and sums of them cannot overflow.
    return Int32(exactly: time.rounded(.towardZero)).map { Int($0) }
  }
}
