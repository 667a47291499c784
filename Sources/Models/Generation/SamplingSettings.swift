/// How tokens are chosen from the model's distribution.
public struct SamplingSettings: Sendable, Hashable {
  /// The divisor of the logits; 0 takes the most likely token (the lowest id among equals).
  public var temperature: Double
  /// Keeps the smallest set of most likely tokens whose probabilities sum to at least this; 1 keeps
  /// all.
  public var topP: Double
  /// Keeps this many of the most likely tokens, before `topP`; 0 keeps all.
  public var topK: Int
  /// The most tokens of a response, the end token included.
  public var maxNewTokens: Int
  /// A response ends with the first of these.
  public var stopTokens: [Int]
  /// A response also ends with the token that completes this text.
  public var stopText: StopText?

  public init(
    temperature: Double = 1, topP: Double = 1, topK: Int = 0, maxNewTokens: Int, stopTokens: [Int],
    stopText: StopText? = nil
  ) {
    self.temperature = temperature
    self.topP = topP
    self.topK = topK
    self.maxNewTokens = maxNewTokens
    self.stopTokens = stopTokens
    self.stopText = stopText
  }

  /// The most likely token at every position.
  public static func greedy(maxNewTokens: Int, stopTokens: [Int]) -> SamplingSettings {
    SamplingSettings(temperature: 0, maxNewTokens: maxNewTokens, stopTokens: stopTokens)
  }

  /// The temperature at which log-probabilities are recorded: the sampling temperature, or 1 for
  /// greedy decoding.
  public var recordedTemperature: Double { temperature > 0 ? temperature : 1 }

  func validate() throws {
    guard temperature.isFinite, temperature == 0 || temperature >= 1e-4 else {
      throw GenerationError.setting(
        name: "temperature", value: "\(temperature)",
        allowed: "0 (greedy), or 0.0001 and more, and finite")
    }
    guard topP > 0, topP <= 1 else {
      throw GenerationError.setting(name: "top_p", value: "\(topP)", allowed: "above 0, at most 1")
    }
    guard topK >= 0 else {
      throw GenerationError.setting(name: "top_k", value: "\(topK)", allowed: "0 (all) or more")
    }
    guard maxNewTokens >= 1 else {
      throw GenerationError.setting(
        name: "max_new_tokens", value: "\(maxNewTokens)", allowed: "1 or more")
    }
  }
}

/// Why a text could not be generated.
public enum GenerationError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A sampling setting is out of its range.
  case setting(name: String, value: String, allowed: String)
  /// The model's logits hold a NaN or an infinity; so does a parameter, where one is named.
  case notFinite(prompt: Int, rollout: Int, position: Int, parameter: String?)

  public var description: String {
    switch self {
    case .setting(let name, let value, let allowed):
      "sampling setting \(name) is \(value); it must be \(allowed)"
    case .notFinite(let prompt, let rollout, let position, let parameter):
      "the logits of prompt \(prompt), rollout \(rollout), position \(position) are not finite: "
        + (parameter.map { "the parameter '\($0)' holds NaN or infinity" }
          ?? "all parameters are, so the model's numbers grew too large on the way")
    }
  }
}
