import TensorEngine

extension PolicyModel {
  /// The most rollouts that are decoded at once; more are decoded in waves, with the same results.
  static let rolloutsPerWave = 256

  /// Samples responses: `rolloutsPerPrompt` for every prompt, in the order of the prompts.
  ///
  /// A rollout is a function of the model, its prompt, the settings and the randomness; it does not
  /// depend on the other prompts of the call (`randomness.firstPrompt` numbers them) or on the
  /// number of threads.
  /// - Parameter isCancelled: Asked before every token.
  /// - Throws: `GenerationError`, `PromptError`; `CancellationError` when cancelled.
  public func generate(
    _ prompts: [Prompt], rolloutsPerPrompt: Int = 1, sampling: SamplingSettings,
    randomness: SamplingRandomness, isCancelled: () -> Bool = { false }
  ) throws -> [[Rollout]] {
    try sampling.validate()
    guard rolloutsPerPrompt > 0 else { return prompts.map { _ in [] } }
    let promptsPerWave = max(1, Self.rolloutsPerWave / rolloutsPerPrompt)
    let cache = KeyValueCache(configuration, device: device)
    var results: [[Rollout]] = []
    for first in stride(from: 0, to: prompts.count, by: promptsPerWave) {
      let wave = GenerationWave(
        model: self, cache: cache, sampling: sampling, randomness: randomness,
        rolloutsPerPrompt: rolloutsPerPrompt, firstPrompt: first)
      let range = first..<min(first + promptsPerWave, prompts.count)
      results += try wave.run(prompts[range], isCancelled: isCancelled)
    }
    return results
  }
}
