import Trainer

/// `summary.json`: what the run is and how it ended. Written when the run starts, whenever it saves its
/// state, and when it ends. Durations live here and not in `metrics.jsonl`, so that two equal runs write equal metrics.
public struct RunSummary: Sendable, Codable, Equatable {
  public enum Outcome: String, Sendable, Codable { case running, finished, interrupted, failed }

  public struct Stage: Sendable, Codable, Equatable {
    public var name: String
    public var algorithm: String
    public var steps: Int
    /// The stage whose checkpoint this one starts from.
    public var startsFrom: String?
    /// Wall clock of this stage, over all processes that worked on it.
    public var seconds: Double?
    /// SHA-256 over the weights of the stage's checkpoint, or the records of a pipeline.
    public var checkpointDigest: String?
    /// What a pipeline did with its items.
    public var funnel: PipelineFunnel?
    /// Which of its checkpoints is its result; nil for the last one.
    public var choice: StageSelection?

    public init(
      name: String, algorithm: String, steps: Int, startsFrom: String? = nil,
      seconds: Double? = nil, checkpointDigest: String? = nil
    ) {
      self.name = name
      self.algorithm = algorithm
      self.steps = steps
      self.startsFrom = startsFrom
      self.seconds = seconds
      self.checkpointDigest = checkpointDigest
    }
  }

  public struct Segment: Sendable, Codable, Equatable {
    public var name: String
    public var process: String

    public init(name: String, process: String) {
      self.name = name
      self.process = process
    }
  }

  /// A declared length window: a reward on the summed length of some segments, in tokens.
  public struct Window: Sendable, Codable, Equatable {
    public var reward: String
    public var segments: [String]
    public var minimum: Int
    public var maximum: Int

    public init(reward: String, segments: [String], minimum: Int, maximum: Int) {
      self.reward = reward
      self.segments = segments
      self.minimum = minimum
      self.maximum = maximum
    }
  }

  /// The recipe's `about.title`.
  public var title: String
  /// The recipe's `about.cites`.
  public var cites: [String] = []
  public var seed: UInt64
  public var outcome: Outcome = .running
  public var stages: [Stage]
  public var segments: [Segment]
  public var windows: [Window] = []
  public var threads: Int?
  /// Parameters of the model.
  public var parameterCount: Int?
  /// Wall clock of the whole run, over all its processes.
  public var seconds: Double?
  public var peakMemoryBytes: UInt64?
  /// What made the run: `sousvide`, `kernels`, …
  public var environment: [String: String] = [:]

  public init(title: String, seed: UInt64, stages: [Stage], segments: [Segment]) {
    self.title = title
    self.seed = seed
    self.stages = stages
    self.segments = segments
  }
}
