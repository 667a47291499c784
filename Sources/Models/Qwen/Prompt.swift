import VideoInput

/// What a model is asked: tokens, and the images and videos that their placeholders stand for.
public struct Prompt: Sendable, Equatable {
  /// Token ids. Every visual has one placeholder per merged patch: temporal * height * width /
  /// merge² in a row.
  public var tokens: [Int]
  /// The images and videos, in the order of their placeholders.
  public var visuals: [VisualPatches]

  public init(tokens: [Int], visuals: [VisualPatches] = []) {
    self.tokens = tokens
    self.visuals = visuals
  }
}

/// What is wrong with a prompt or a response.
public enum PromptError: Error, Sendable, Equatable, CustomStringConvertible {
  case empty
  case noPrompts
  case emptyResponse
  case overContext(tokens: Int, context: Int)
  case tokenOutOfRange(token: Int, position: Int, vocabulary: Int)
  case modelHasNoVision
  case placeholderWithoutVisual(position: Int, visuals: Int)
  case visualWithoutPlaceholder(placeholders: Int, visuals: Int)
  case wrongKind(visual: Int, position: Int)
  case placeholderCount(visual: Int, found: Int, expected: Int)
  case grid(visual: Int, temporal: Int, height: Int, width: Int, merge: Int)
  case patchValues(visual: Int, found: Int, expected: Int)
  case duration(visual: Int, secondsPerGrid: Double)

  public var description: String {
    switch self {
    case .empty: "a prompt needs at least one token"
    case .noPrompts: "a batch needs at least one prompt"
    case .emptyResponse: "a response needs at least one token"
    case .overContext(let tokens, let context):
      "a prompt of \(tokens) tokens, media included, is longer than the context of \(context) tokens "
        + "that the model was made for; use fewer frames or pixels, or a shorter question"
    case .tokenOutOfRange(let token, let position, let vocabulary):
      "token \(token) at position \(position) is outside of the vocabulary of \(vocabulary) tokens"
    case .modelHasNoVision:
      "the prompt holds an image or a video, but the model has no vision tower"
    case .placeholderWithoutVisual(let position, let visuals):
      "the placeholder at position \(position) has no image or video; the prompt has \(visuals)"
    case .visualWithoutPlaceholder(let placeholders, let visuals):
      "the prompt has \(visuals) images and videos, but placeholders for \(placeholders)"
    case .wrongKind(let visual, let position):
      "visual \(visual) and its placeholder at position \(position) differ in kind: one is an "
        + "image, the other a video"
    case .placeholderCount(let visual, let found, let expected):
      "visual \(visual) has \(found) placeholders in a row; its grid needs \(expected)"
    case .grid(let visual, let temporal, let height, let width, let merge):
      "visual \(visual) has a grid of \(temporal) x \(height) x \(width) patches; height and width "
        + "must be positive multiples of \(merge)"
    case .patchValues(let visual, let found, let expected):
      "visual \(visual) has \(found) patch values; its grid needs \(expected)"
    case .duration(let visual, let secondsPerGrid):
      "visual \(visual) has frames \(secondsPerGrid) seconds apart, too long to give them positions"
    }
  }
}

/// A prompt taken apart: runs of text and of placeholders.
struct PromptLayout {
  enum Element: Equatable {
    case text(Range<Int>)
    /// The placeholders of visual number `index`.
    case visual(index: Int, Range<Int>)
  }

  let elements: [Element]

  init(_ prompt: Prompt, configuration: QwenConfiguration) throws {
    guard !prompt.tokens.isEmpty else { throw PromptError.empty }
    guard prompt.tokens.count <= configuration.text.maximumPositions else {
      throw PromptError.overContext(
        tokens: prompt.tokens.count, context: configuration.text.maximumPositions)
    }
    guard prompt.visuals.isEmpty || configuration.vision != nil else {
      throw PromptError.modelHasNoVision
    }
    try Self.check(prompt.tokens, configuration: configuration)
    var elements: [Element] = []
    var textStart = 0
    var position = 0
    var visual = 0
    while position < prompt.tokens.count {
      let token = prompt.tokens[position]
      guard let kind = configuration.placeholderKind(of: token) else {
        position += 1
        continue
      }
      guard visual < prompt.visuals.count else {
        throw PromptError.placeholderWithoutVisual(position: position, visuals: visual)
      }
      guard prompt.visuals[visual].kind == kind else {
        throw PromptError.wrongKind(visual: visual, position: position)
      }
      let count = try configuration.placeholderCount(of: prompt.visuals[visual], number: visual)
      let found = prompt.tokens[position...].prefix(count).prefix { $0 == token }.count
      guard found == count else {
        throw PromptError.placeholderCount(visual: visual, found: found, expected: count)
      }
      if textStart < position { elements.append(.text(textStart..<position)) }
      elements.append(.visual(index: visual, position..<position + count))
      position += count
      textStart = position
      visual += 1
    }
    guard visual == prompt.visuals.count else {
      throw PromptError.visualWithoutPlaceholder(
        placeholders: visual, visuals: prompt.visuals.count)
    }
    if textStart < position { elements.append(.text(textStart..<position)) }
    self.elements = elements
  }

  /// Throws when a token is not in the vocabulary.
  static func check(_ tokens: [Int], configuration: QwenConfiguration) throws {
    let vocabulary = configuration.text.vocabularySize
    for (position, token) in tokens.enumerated() where token < 0 || token >= vocabulary {
      throw PromptError.tokenOutOfRange(token: token, position: position, vocabulary: vocabulary)
    }
  }
}

extension QwenConfiguration {
  /// What a token stands for when it is a placeholder of a model with a vision tower.
  func placeholderKind(of token: Int) -> VisualPatches.Kind? {
    guard vision != nil else { return nil }
    if token == tokens.imagePad { return .image }
    if token == tokens.videoPad { return .video }
    return nil
  }

  /// How many tokens a visual takes; throws when its grid or its values do not fit the vision
  /// tower.
  func placeholderCount(of visual: VisualPatches, number: Int = 0) throws -> Int {
    guard let vision else { throw PromptError.modelHasNoVision }
    let merge = vision.spatialMergeSize
    guard visual.temporal > 0, visual.height > 0, visual.width > 0,
      visual.height % merge == 0, visual.width % merge == 0
    else {
      throw PromptError.grid(
        visual: number, temporal: visual.temporal, height: visual.height, width: visual.width,
        merge: merge)
    }
    let expected = visual.patchCount * vision.patchElements
    guard visual.values.count == expected else {
      throw PromptError.patchValues(
        visual: number, found: visual.values.count, expected: expected)
    }
    return visual.patchCount / vision.mergedPatches
  }
}
