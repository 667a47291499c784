import Models
import TensorEngine

/// The sizes of one packed computation, on which its memory and its work depend. A pass of other rows (a
/// minibatch, a part of a batch) is the same with other numbers.
public struct PassSizes: Sendable, Hashable {
  /// Prompts that are computed once each, with the tokens of all of them, media included.
  public var prompts: Int
  public var promptTokens: Int
  /// Responses to them, with the tokens of all of them.
  public var responses: Int
  public var responseTokens: Int
  /// Patches of the vision tower, those of one frame pair, and those of one window; 0 without media.
  public var patches: Int
  public var framePatches: Int

  public init(
    prompts: Int, promptTokens: Int, responses: Int, responseTokens: Int, patches: Int = 0,
    framePatches: Int = 0
  ) {
    self.prompts = prompts
    self.promptTokens = promptTokens
    self.responses = responses
    self.responseTokens = responseTokens
    self.patches = patches
    self.framePatches = framePatches
  }

  public var hasVisuals: Bool { patches > 0 }

  /// Rows of the decoder: the last token of a response predicts nothing.
  public var rows: Int { promptTokens + responseTokens - responses }

  /// Patches of one attention window.
  private func windowPatches(_ configuration: QwenConfiguration) -> Int {
    guard let vision = configuration.vision else { return 1 }
    let side = max(1, vision.windowSize / vision.patchSize)
    return max(1, min(framePatches, side * side))
  }

  /// What one pass holds where an update is computed in several, see `Passes`: some whole groups, or
  /// some responses of one.
  func bounded(by bound: Int?) -> PassSizes {
    guard let bound, promptTokens + responseTokens > bound, prompts > 0, responses > 0 else {
      return self
    }
    let prompt = promptTokens / prompts
    let response = max(1, responseTokens / responses)
    let perPrompt = max(1, responses / prompts)
    let group = max(1, prompt + perPrompt * response)
    let count = max(1, bound / group)
    let each = group <= bound ? perPrompt : min(perPrompt, max(1, (bound - prompt) / response))
    var part = self
    part.prompts = count
    part.promptTokens = count * prompt
    part.responses = count * each
    part.responseTokens = count * each * response
    part.patches = count * (patches / prompts)
    return part
  }

  /// The symbols of the graphs of `QwenGraph`, of stages, and of generation.
  ///
  /// - Parameters:
  ///   - targets: rows that a log-probability or logits are computed of.
  ///   - slots: of the cache, in generation.
  func symbols(_ configuration: QwenConfiguration, targets: Int, slots: Int = 0) -> [String: Int] {
    [
      "rows": rows, "segments": prompts + responses, "targets": targets, "slots": slots,
      "patches": patches, "mergedPatches": patches / (configuration.vision?.mergedPatches ?? 4),
      "windows": (patches + windowPatches(configuration) - 1) / windowPatches(configuration),
      "frames": patches / max(1, framePatches), "parts": 8 * responses,
    ]
  }

  /// The pairs of rows that see each other, by segment table.
  func pairs(_ configuration: QwenConfiguration) -> [String: Int] {
    let prompt = promptTokens / max(1, prompts)
    let response = responseTokens / max(1, responses)
    let text = promptTokens * (prompt + 1) / 2 + responseTokens * (prompt + (response + 1) / 2)
    return [
      QwenGraph.Input.segments: text,
      QwenGraph.Input.windows: patches * windowPatches(configuration),
      QwenGraph.Input.frames: patches * framePatches,
    ]
  }

  /// Bytes of the pixels of its media.
  func mediaBytes(_ configuration: QwenConfiguration) -> Int {
    patches * (configuration.vision?.patchElements ?? 0) * 4
  }
}
