import RecipeLanguage

/// AdamW as a recipe declares it.
public struct OptimizerSpecification: Sendable, Codable, Equatable {
  public var beta1: Double
  public var beta2: Double
  public var epsilon: Double
  public var weightDecay: Double
  public var maximumGradientNorm: Double?

  public init(
    beta1: Double, beta2: Double, epsilon: Double, weightDecay: Double,
    maximumGradientNorm: Double?
  ) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.maximumGradientNorm = maximumGradientNorm
  }
}

/// How long a stage lasts.
public enum StageDuration: Sendable, Codable, Hashable {
  case steps(Int)
  /// Passes over the data, whose size is known when they are loaded.
  case epochs(Double)

  /// The optimizer steps over this many records.
  public func steps(records: Int, batchSize: Int) -> Int {
    switch self {
    case .steps(let steps): steps
    case .epochs(let epochs):
      StageLength.steps(epochs: epochs, records: records, batchSize: batchSize)
    }
  }

  /// For a plan: "2000 steps", "1 epoch in steps".
  var text: String {
    switch self {
    case .steps(let steps): "\(steps) steps"
    case .epochs(1): "1 epoch in steps"
    case .epochs(let epochs):
      "\(Int(exactly: epochs).map(String.init) ?? "\(epochs)") epochs in steps"
    }
  }
}

/// A supervised stage: next-token loss on the response of each record.
public struct SupervisionSpecification: Sendable, Equatable {
  /// Training starts with the records whose column has this value.
  public struct Curriculum: Sendable, Codable, Equatable {
    public var column: String
    public var value: String
    public var steps: Int

    public init(column: String, value: String, steps: Int) {
      self.column = column
      self.value = value
      self.steps = steps
    }
  }

  public var stage: String
  public var seed: UInt64
  public var duration: StageDuration
  public var batchSize: Int
  /// Tokens of one forward and backward pass at most; nil for one pass per step.
  public var microBatch: Int?
  public var learningRate: Schedule
  public var optimizer: OptimizerSpecification
  public var curriculum: Curriculum?

  public init(
    stage: String, seed: UInt64, duration: StageDuration, batchSize: Int, microBatch: Int? = nil,
    learningRate: Schedule, optimizer: OptimizerSpecification, curriculum: Curriculum?
  ) {
    self.stage = stage
    self.seed = seed
    self.duration = duration
    self.batchSize = batchSize
    self.microBatch = microBatch
    self.learningRate = learningRate
    self.optimizer = optimizer
    self.curriculum = curriculum
  }
}
