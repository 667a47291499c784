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

  public init(tokens: [Int], logProbabilities: [Float], finish: Finish) {
    self.tokens = tokens
    self.logProbabilities = logProbabilities
    self.finish = finish
  }
}
