/// One sampled response.
public struct Rollout: Sendable, Equatable {
  /// Why a response ended.
  public enum Finish: Sendable, Hashable {
    /// Its last token is one of the stop tokens.
    case endToken
    /// Its last token completes the stop text.
    case stopText
    /// It has as many tokens as allowed, and nothing in it ends a response.
    case length
  }

  /// The sampled tokens, the stop token included.
  public var tokens: [Int]
  /// For every token the logarithm of its probability under the full distribution at the sampling
  /// temperature (1 for greedy decoding), before `topK` and `topP`. Equal bit for bit to what
  /// `PolicyModel.logProbabilities` gives.
  public var logProbabilities: [Float]
  public var finish: Finish
  /// For every token the most likely tokens at its place, most likely first; empty unless asked for.
  public var mostLikely: [[LikelyToken]]

  public init(
    tokens: [Int], logProbabilities: [Float], finish: Finish, mostLikely: [[LikelyToken]] = []
  ) {
    self.tokens = tokens
    self.logProbabilities = logProbabilities
    self.finish = finish
    self.mostLikely = mostLikely
  }
}

/// A token that can stand at a place, with its log-probability there as `Rollout` has it.
public struct LikelyToken: Sendable, Equatable {
  public var token: Int
  public var logProbability: Float

  public init(token: Int, logProbability: Float) {
    self.token = token
    self.logProbability = logProbability
  }
}

/// Which rollouts of a call keep the most likely tokens at every place, for people to look at. The
/// sampler has the logits at hand; looking for the largest costs a pass over them.
public struct MostLikelyTokens: Sendable, Hashable {
  /// Tokens per place.
  public var count: Int
  /// Prompts whose rollouts keep them, from the first one on.
  public var prompts: Int

  public init(count: Int, prompts: Int) {
    self.count = count
    self.prompts = prompts
  }

  public static let none = MostLikelyTokens(count: 0, prompts: 0)
}
