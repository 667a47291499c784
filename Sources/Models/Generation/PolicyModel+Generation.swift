import TensorEngine

extension PolicyModel {
  /// The most rollouts in flight; more wait until some have ended, with the same results.
  public static let rolloutsInFlight = 256

  /// Samples responses: `rolloutsPerPrompt` for every prompt, in the order of the prompts.
  ///
  /// A rollout is a function of the model, its prompt, the settings and the randomness; it does not
  /// depend on the other prompts of the call (`randomness.firstPrompt` numbers them), on how many
  /// rollouts are in flight, or on the number of threads.
  /// - Parameters:
  ///   - inFlight: The most rollouts that are decoded at once, at least those of one prompt.
  ///   - mostLikely: Which rollouts keep the most likely tokens at every place.
  ///   - isCancelled: Asked before every token.
  /// - Throws: `GenerationError`, `PromptError`; `CancellationError` when cancelled.
  public func generate(
    _ prompts: [Prompt], rolloutsPerPrompt: Int = 1, sampling: SamplingSettings,
    randomness: SamplingRandomness, inFlight: Int = rolloutsInFlight,
    mostLikely: MostLikelyTokens = .none, isCancelled: () -> Bool = { false }
  ) throws -> [[Rollout]] {
    try sampling.validate()
    guard rolloutsPerPrompt > 0 else { return prompts.map { _ in [] } }
    var run = try GenerationRun(
      self, prompts: prompts, rolloutsPerPrompt: rolloutsPerPrompt, sampling: sampling,
      randomness: randomness, capacity: inFlight, mostLikely: mostLikely)
    return try run.run(isCancelled: isCancelled)
  }
}
