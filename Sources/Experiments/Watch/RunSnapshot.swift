import Trainer

/// Where a run stands, as its files say.
public struct RunSnapshot: Sendable, Equatable, Encodable {
  public enum Outcome: String, Sendable, Encodable {
    /// A process writes it, and has not yet written what it is.
    case starting
    case running, finished, interrupted, failed
    /// It says that it is running, and no process writes it.
    case killed

    /// Whether nobody works on it.
    public var isEnded: Bool { self != .starting && self != .running }
  }

  public struct Stage: Sendable, Equatable, Encodable {
    public var name: String
    public var algorithm: String
    /// Steps that are recorded; all of them where the stage is complete.
    public var done: Int
    public var steps: Int
    public var isComplete: Bool
    /// Wall clock, up to the last recorded step.
    public var seconds: Double?
  }

  /// The stage in progress.
  public struct Current: Sendable, Equatable, Encodable {
    public var stage: String
    public var step: Int
    public var of: Int
    /// Of its last step.
    public var values: [String: Double]
    /// What a step has taken so far, on average, as the run's files record it; nil before the first.
    public var secondsPerStep: Double?
    /// What the rest of the stage will take at that rate.
    public var secondsLeft: Double?
  }

  public var run: String
  public var title: String
  public var outcome: Outcome
  public var stages: [Stage]
  /// Nil before the first step and after the last stage.
  public var current: Current?
  /// Of stages' results and of policies in training, in the order they happened.
  public var measured: [EvaluationRecord]
  /// Of stages' results.
  public var evaluations: [EvaluationRecord] { measured.filter { !$0.isIntermediate } }
  /// Of policies in training.
  public var intermediate: [EvaluationRecord] { measured.filter(\.isIntermediate) }
  /// Steps of the stage in progress, or of the last one.
  public var steps: [StepRecord]

  /// All but the steps, of which there can be many.
  private enum CodingKeys: String, CodingKey {
    case run, title, outcome, stages, current, evaluations, intermediate
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(run, forKey: .run)
    try container.encode(title, forKey: .title)
    try container.encode(outcome, forKey: .outcome)
    try container.encode(stages, forKey: .stages)
    try container.encodeIfPresent(current, forKey: .current)
    try container.encode(evaluations, forKey: .evaluations)
    if !intermediate.isEmpty { try container.encode(intermediate, forKey: .intermediate) }
  }
}
