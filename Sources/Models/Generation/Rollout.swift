/// One sampled response.
public struct Rollout: Sendable, Equatable {
  /// Why a response ended.
  public enum Finish: Sendable, Hashable {
    /// Its last token is one of the stop tokens.
    case endToken
    /// It has as many tokens as allowed and none of them is a stop token.
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
