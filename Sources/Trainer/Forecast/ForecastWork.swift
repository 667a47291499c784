import Rewards
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

  /// Adds sampling, whose steps of decoding then count with their mean.
  mutating func add(_ other: ForecastWork, times: Double = 1) {
    let steps = decodingSteps + times * other.decodingSteps
    if steps > 0 {
      func mean(_ own: Double, _ theirs: Double) -> Double {
        decodingSteps == 0
          ? theirs : (decodingSteps * own + times * other.decodingSteps * theirs) / steps
      }
      decodingOperations = mean(decodingOperations, other.decodingOperations)
      decodingBytes = mean(decodingBytes, other.decodingBytes)
    }
    decodingSteps = steps
    operations += times * other.operations
    optimizerBytes += times * other.optimizerBytes
  }

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

  /// As many responses to each prompt in place of those.
  func with(responses: Int) -> SamplingSizes {
    var sizes = self
    sizes.rolloutsPerPrompt = responses
    return sizes
  }

  /// One answer to every response, which is shown in place of the media.
  var answersFromText: SamplingSizes {
    SamplingSizes(
      prompts: prompts * rolloutsPerPrompt,
      promptTokens: max(1, promptTokens - patchesPerPrompt / 4) + newTokens, rolloutsPerPrompt: 1,
      newTokens: newTokens)
  }

  /// One answer to every response, which is shown together with the media.
  var answersFromMedia: SamplingSizes {
    SamplingSizes(
      prompts: prompts * rolloutsPerPrompt, promptTokens: promptTokens + newTokens,
      rolloutsPerPrompt: 1, newTokens: newTokens, patchesPerPrompt: patchesPerPrompt,
      framePatches: framePatches)
  }

  /// What is sampled for a reward besides.
  func sizes(of material: RewardMaterial) -> SamplingSizes {
    switch material {
    case .answersFromText: answersFromText
    case .changedFrames: with(responses: material.responses(ofGroup: rolloutsPerPrompt))
    }
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
