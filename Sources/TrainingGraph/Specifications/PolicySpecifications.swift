import RecipeLanguage

/// Sampling of `groupSize` responses to each of `promptsPerStep` questions, or one response to
/// every question in an evaluation (`promptsPerStep` nil).
public struct RolloutSpecification: Sendable, Equatable {
  public var stage: String
  public var seed: UInt64
  public var promptsPerStep: Int?
  public var groupSize: Int
  public var temperature: Schedule
  public var topP: Double
  public var topK: Int?
  public var maximumNewTokens: Int
  /// The text that ends a response and stays in it; nil where only the end token does.
  public var stopText: String?

  public init(
    stage: String, seed: UInt64, promptsPerStep: Int?, groupSize: Int, temperature: Schedule,
    topP: Double, topK: Int?, maximumNewTokens: Int, stopText: String? = nil
  ) {
    self.stage = stage
    self.seed = seed
    self.promptsPerStep = promptsPerStep
    self.groupSize = groupSize
    self.temperature = temperature
    self.topP = topP
    self.topK = topK
    self.maximumNewTokens = maximumNewTokens
    self.stopText = stopText
  }
}

/// Groups that are replaced by groups of other questions, before anything is learnt from them.
public struct ResamplingSpecification: Sendable, Equatable, CustomStringConvertible {
  /// Which groups are kept.
  public var keep: Expression
  /// How often in a step the others are replaced; those that are left then are left out.
  public var rounds: Int

  public init(keep: Expression, rounds: Int) {
    self.keep = keep
    self.rounds = rounds
  }

  /// Without the place of the condition in its file.
  public var description: String { "\(keep.text), \(rounds) rounds" }
}

/// A policy stage: what becomes of each batch of rollouts.
public struct UpdateSpecification: Sendable, Equatable {
  public var stage: String
  public var algorithm: String
  /// Batches of rollouts.
  public var steps: Int
  /// How often each batch is gone through. From the second time on it is off policy.
  public var passesPerBatch: Int
  /// Parts of a batch that have an optimizer step each, in every pass; at least one group per part.
  public var minibatches: Int
  /// Tokens of one forward and backward pass at most; nil for one pass per update.
  public var microBatch: Int?
  public var learningRate: Schedule
  public var optimizer: OptimizerSpecification
  /// Nil where every group is kept.
  public var resampling: ResamplingSpecification?

  public init(
    stage: String, algorithm: String, steps: Int, passesPerBatch: Int = 1, minibatches: Int = 1,
    microBatch: Int? = nil, learningRate: Schedule, optimizer: OptimizerSpecification,
    resampling: ResamplingSpecification? = nil
  ) {
    self.resampling = resampling
    self.stage = stage
    self.algorithm = algorithm
    self.steps = steps
    self.passesPerBatch = passesPerBatch
    self.minibatches = minibatches
    self.microBatch = microBatch
    self.learningRate = learningRate
    self.optimizer = optimizer
  }
}
