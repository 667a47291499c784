/// How large a generation is: who is decoded together, and the slots of keys and values that takes.
public struct GenerationSizes: Sendable, Hashable {
  /// The most rollouts in flight, at least those of one prompt.
  public let capacity: Int
  /// Rollouts that are in flight at the fullest.
  public let rows: Int
  /// Prompts that are computed together when the first ones enter.
  public let firstPrompts: Int
  /// Slots of the cache: for the rollouts in flight, and for the longest prompts that can enter
  /// together.
  public let slots: Int

  /// - Parameters:
  ///   - promptTokens: the length of every prompt.
  ///   - inFlight: the most rollouts that are decoded at once, at least those of one prompt.
  public init(
    promptTokens: [Int], rolloutsPerPrompt: Int, maxNewTokens: Int, inFlight: Int
  ) {
    self.init(
      prompts: promptTokens.count, rolloutsPerPrompt, maxNewTokens, inFlight,
      longest: { promptTokens.sorted(by: >).prefix($0).reduce(0, +) })
  }

  /// The same for prompts of one length, of which there may be very many.
  public init(
    prompts: Int, promptTokens: Int, rolloutsPerPrompt: Int, maxNewTokens: Int, inFlight: Int
  ) {
    self.init(
      prompts: prompts, rolloutsPerPrompt, maxNewTokens, inFlight,
      longest: { $0 * promptTokens })
  }

  /// - Parameter longest: tokens of so many of the longest prompts.
  private init(
    prompts: Int, _ rolloutsPerPrompt: Int, _ maxNewTokens: Int, _ inFlight: Int,
    longest: (Int) -> Int
  ) {
    let perPrompt = max(1, rolloutsPerPrompt)
    capacity = max(inFlight, perPrompt)
    rows = min(capacity, prompts * perPrompt)
    firstPrompts = min(prompts, capacity / perPrompt)
    let together = min(prompts, (capacity + perPrompt - 1) / perPrompt)
    slots = longest(together) + rows * (maxNewTokens - 1)
  }
}

extension QwenConfiguration {
  /// Bytes of the keys and values of one token, over all layers.
  public var cacheBytesPerToken: Int { text.layers * 2 * text.keyValueSize * 4 }
}
