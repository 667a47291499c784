/// What a run tells its observers: the run directory, the progress display, the tests.
public enum TrainingEvent: Sendable {
  /// A saved state is not what was saved; the run goes on with the one before it, or from the start.
  case damagedState(file: String)
  case stageStarted(StageStart)
  case step(StepRecord)
  /// What the step that was told of last was made of.
  case trace(StepTrace)
  /// Every response of the evaluation that is told of next.
  case evaluated([EvaluatedItem])
  case evaluation(EvaluationRecord)
  /// An evaluation of the policy in training, with every response.
  case intermediate(EvaluationRecord, [EvaluatedItem])
  case rollouts(RolloutRecord)
  case stageFinished(StageFinish)
}

/// Receives the events of a run in order. An error stops the run: what cannot be recorded did not
/// happen.
public protocol TrainingObserver: Sendable {
  func receive(_ event: TrainingEvent) throws
  /// Brings everything received so far to the disk; called before a state is saved.
  func synchronize() throws
}

/// A stage begins, or goes on after `completedSteps` steps of an earlier process.
public struct StageStart: Sendable, Codable, Equatable {
  public var stage: String
  public var algorithm: String
  public var completedSteps: Int
  public var steps: Int

  public init(stage: String, algorithm: String, completedSteps: Int, steps: Int) {
    self.stage = stage
    self.algorithm = algorithm
    self.completedSteps = completedSteps
    self.steps = steps
  }
}

/// A stage is complete, and its checkpoint or its records are written.
public struct StageFinish: Sendable, Codable, Equatable {
  public var stage: String
  /// The folder with the Hugging Face files, or with `records.jsonl`.
  public var checkpoint: String
  /// SHA-256 over the weights, or over the records that a pipeline made.
  public var digest: String
  /// What a pipeline did with its items; nil for stages that train.
  public var funnel: PipelineFunnel?
  /// Which of the stage's checkpoints it is; nil for the last one.
  public var choice: StageSelection?

  public init(
    stage: String, checkpoint: String, digest: String, funnel: PipelineFunnel? = nil,
    choice: StageSelection? = nil
  ) {
    self.choice = choice
    self.stage = stage
    self.checkpoint = checkpoint
    self.digest = digest
    self.funnel = funnel
  }
}

/// One optimizer step, or a batch of items of a pipeline: a line of `metrics.jsonl` with `kind` `step`.
public struct StepRecord: Sendable, Codable, Equatable {
  public var kind = "step"
  public var stage: String
  public var algorithm: String
  /// From 1.
  public var step: Int
  public var of: Int
  /// `loss`, `learning_rate`, `gradient_norm`, `reward/<name>`, `process/<process>`,
  /// `zero_variance/<process>`, `zero_variance_reward/<name>`, `advantage_variance/<process>`,
  /// `length/<segment>`, `mismatch`, `tokens` that were learnt from, `generated_tokens` in all, …
  public var values: [String: Double]

  public init(stage: String, algorithm: String, step: Int, of: Int, values: [String: Double]) {
    self.stage = stage
    self.algorithm = algorithm
    self.step = step
    self.of = of
    self.values = values
  }
}

/// One evaluation on held-out items: a line of `metrics.jsonl` with `kind` `evaluation`, or `intermediate` where
/// it is of a policy in training and not of a stage's result.
public struct EvaluationRecord: Sendable, Codable, Equatable {
  public static let intermediate = "intermediate"
  /// Whether it is of a policy in training.
  public var isIntermediate: Bool { kind == Self.intermediate }

  public var kind = "evaluation"
  /// The stage after which it ran, or within which.
  public var stage: String
  public var evaluation: String
  /// The steps that the policy has had in the stage.
  public var step: Int
  /// `accuracy`, `sufficiency`, `lucky`, `format`, `mismatch`, `exact`, `accuracy/<family>`,
  /// `observation_only`, `generated_tokens`, and what `EvaluationTable.metrics` names, …
  public var values: [String: Double]

  public init(stage: String, evaluation: String, step: Int, values: [String: Double]) {
    self.stage = stage
    self.evaluation = evaluation
    self.step = step
    self.values = values
  }
}

/// One group of sampled responses with their rewards and advantages: a line of `rollouts.jsonl`.
public struct RolloutRecord: Sendable, Codable, Equatable {
  public struct Item: Sendable, Codable, Equatable {
    public var problemID: String
    public var problem: String
    public var options: [String]
    public var answer: String
    public var path: String
    public var problemType: String
    /// What was retrieved for it, best first; absent where nothing was looked up.
    public var passages: [String]?
    /// Further columns that a judge was shown, as text by name; absent where there are none.
    public var columns: [String: String]?

    enum CodingKeys: String, CodingKey {
      case problem, options, answer, path, passages, columns
      case problemID = "problem_id"
      case problemType = "problem_type"
    }

    public init(
      problemID: String, problem: String, options: [String], answer: String, path: String,
      problemType: String, passages: [String]? = nil, columns: [String: String]? = nil
    ) {
      self.passages = passages
      self.columns = columns
      self.problemID = problemID
      self.problem = problem
      self.options = options
      self.answer = answer
      self.path = path
      self.problemType = problemType
    }
  }

  /// A token that can stand at a place of a response.
  public struct Choice: Sendable, Codable, Equatable {
    public var text: String
    /// At the sampling temperature, to four digits.
    public var probability: Double

    enum CodingKeys: String, CodingKey {
      case text
      case probability = "p"
    }

    public init(text: String, probability: Double) {
      self.text = text
      self.probability = probability
    }
  }

  public struct Response: Sendable, Codable, Equatable {
    public var text: String
    /// The text of each token.
    public var pieces: [String]
    /// The segment each token belongs to, or `rest`.
    public var parts: [String]
    /// The advantage each token was trained with.
    public var advantages: [Double]
    /// `found`, `missing`, `repeated`, … per segment.
    public var segments: [String: String]
    /// A reward's value; absent where it abstained or failed.
    public var rewards: [String: Double]
    /// Why a reward is zero or absent.
    public var reasons: [String: String]
    /// The summed reward of each normalization scope.
    public var totals: [String: Double]
    /// Why it ended: `stop` by its end token or its last segment's close, `length` when it was cut.
    public var finish: String?
    /// For every token itself and then the most likely others at its place; in some steps only.
    public var choices: [[Choice]]?

    public init(
      text: String, pieces: [String], parts: [String], advantages: [Double],
      segments: [String: String], rewards: [String: Double], reasons: [String: String],
      totals: [String: Double], finish: String? = nil, choices: [[Choice]]? = nil
    ) {
      self.text = text
      self.pieces = pieces
      self.parts = parts
      self.advantages = advantages
      self.segments = segments
      self.rewards = rewards
      self.reasons = reasons
      self.totals = totals
      self.finish = finish
      self.choices = choices
    }
  }

  public var stage: String
  public var step: Int
  public var item: Item
  public var responses: [Response]

  public init(stage: String, step: Int, item: Item, responses: [Response]) {
    self.stage = stage
    self.step = step
    self.item = item
    self.responses = responses
  }
}
