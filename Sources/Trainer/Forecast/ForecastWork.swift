import TensorEngine

/// The work of one step: how long it takes on a machine of given rates, about.
public struct ForecastWork: Sendable, Hashable {
  /// Floating-point operations outside decoding; a multiply-add counts two.
  public var operations = 0.0
  /// Steps of decoding, each with its operations, and its bytes of weights, keys and values.
  public var decodingSteps = 0.0
  public var decodingOperations = 0.0
  public var decodingBytes = 0.0
  /// Bytes that the optimizer reads and writes.
  public var optimizerBytes = 0.0

  public init() {}

  /// Products reach 0.88 to 0.96 of the peak; what is between them (norms, activations, softmax, the
  /// thin layers of small models) takes a step down to about this share.
  public static let shareOfPeak = 0.6

  /// All floating-point operations.
  public var totalOperations: Double { operations + decodingSteps * decodingOperations }

  /// Decoding takes as long as its arithmetic or its reading, whichever is longer.
  public func seconds(_ rates: MachineRates) -> Double {
    let speed = Self.shareOfPeak * rates.operationsPerSecond
    let decoding = max(decodingOperations / speed, decodingBytes / rates.bytesPerSecond)
    return operations / speed + decodingSteps * decoding + optimizerBytes / rates.bytesPerSecond
  }
}

/// Samples of all questions or of those of one step, and then the log-probabilities of what was sampled.
public struct SamplingSizes: Sendable, Hashable {
  public var prompts: Int
  /// Tokens of a prompt, media included.
  public var promptTokens: Int
  public var rolloutsPerPrompt: Int
  public var newTokens: Int
  public var patchesPerPrompt: Int
  public var framePatches: Int

  public init(
    prompts: Int, promptTokens: Int, rolloutsPerPrompt: Int, newTokens: Int,
    patchesPerPrompt: Int = 0, framePatches: Int = 0
  ) {
    self.prompts = prompts
    self.promptTokens = promptTokens
    self.rolloutsPerPrompt = rolloutsPerPrompt
    self.newTokens = newTokens
    self.patchesPerPrompt = patchesPerPrompt
    self.framePatches = framePatches
  }

  /// Some of the prompts with their responses, packed.
  public func pass(prompts count: Int, withResponses: Bool = true) -> PassSizes {
    let responses = withResponses ? count * rolloutsPerPrompt : 0
    return PassSizes(
      prompts: count, promptTokens: count * promptTokens, responses: responses,
      responseTokens: responses * newTokens, patches: count * patchesPerPrompt,
      framePatches: framePatches)
  }
}
