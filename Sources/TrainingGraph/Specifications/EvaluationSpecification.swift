/// Greedy responses to held-out questions, measured by every reward.
public struct EvaluationSpecification: Sendable, Codable, Equatable, CustomStringConvertible {
  /// Responses that are sampled to every question besides the greedy one.
  public struct Sampled: Sendable, Codable, Equatable {
    public var responses: Int
    public var temperature: Double

    public init(responses: Int, temperature: Double) {
      self.responses = responses
      self.temperature = temperature
    }
  }

  public var name: String
  /// The stage whose weights are evaluated.
  public var stage: String
  /// The segments that stand in for the video while every question is asked again; empty where none is.
  public var observationOnly: [String]
  public var sampled: Sampled?
  /// It is asked of the policy in training, after every so many steps; nil where it is asked of the stage's
  /// result.
  public var every: Int?

  public init(
    name: String, stage: String, observationOnly: [String] = [], sampled: Sampled? = nil,
    every: Int? = nil
  ) {
    self.every = every
    self.name = name
    self.stage = stage
    self.observationOnly = observationOnly
    self.sampled = sampled
  }

  /// Enters digests: what is not asked for is not mentioned.
  public var description: String {
    var text = "EvaluationSpecification(name: \"\(name)\", stage: \"\(stage)\""
    if !observationOnly.isEmpty { text += ", observationOnly: \(observationOnly)" }
    if let sampled { text += ", sampled: \(sampled.responses) at \(sampled.temperature)" }
    if let every { text += ", every: \(every)" }
    return text + ")"
  }
}
