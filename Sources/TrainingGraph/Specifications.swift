import Models
import RecipeLanguage
import Rewards
import TensorEngine

/// What identifies a run.
public struct RunSpecification: Sendable, Codable, Equatable {
  /// The folder below `runs/`.
  public var name: String
  /// The title shown in the report.
  public var title: String
  public var seed: UInt64
  /// Who computes matrix products: their last bits depend on it.
  public var matrixProducts: MatrixProducts
  /// How weights are multiplied that are kept as bfloat16: more than their last bits depend on it.
  public var bfloat16Products: BFloat16Products

  public init(
    name: String, title: String, seed: UInt64, matrixProducts: MatrixProducts = .packed,
    bfloat16Products: BFloat16Products = .widened
  ) {
    self.name = name
    self.title = title
    self.seed = seed
    self.matrixProducts = matrixProducts
    self.bfloat16Products = bfloat16Products
  }
}

/// Questions with media, from a world or from files.
public struct DatasetSpecification: Sendable, Equatable {
  public var name: String
  /// `clipworld`, `records`, …: who provides the records.
  public var kind: String
  /// The kind's own settings, by name.
  public var settings: Record
  /// SHA-256 over the file of records, where there is one before the run; of generated records the version of their
  /// generator, where that has changed.
  public var contentDigest: String?
  /// How many records there are, where that is known before the run.
  public var recordCount: Int?
  /// How media are looked at; nil where no record has any.
  public var video: VideoSpecification?
  /// Nil where no passages are looked up.
  public var retrieval: RetrievalSpecification?

  public init(
    name: String, kind: String, settings: Record, contentDigest: String? = nil,
    recordCount: Int? = nil, video: VideoSpecification?, retrieval: RetrievalSpecification? = nil
  ) {
    self.retrieval = retrieval
    self.name = name
    self.contentDigest = contentDigest
    self.recordCount = recordCount
    self.kind = kind
    self.settings = settings
    self.video = video
  }
}

/// How the frames of a video are chosen.
public enum FrameSampling: Sendable, Codable, Equatable {
  /// Evenly spaced.
  case uniform
  /// More of them where the picture changes.
  case adaptive
  /// Evenly spaced, as many as the length asks for; at least `minimum`.
  case rate(framesPerSecond: Double, minimum: Int)
}

/// How videos become frames, and frames patches.
public struct VideoSpecification: Sendable, Codable, Equatable {
  /// Frames per video, an even number; the most there are where the number depends on the video.
  public var frames: Int
  public var sampling: FrameSampling
  /// Limits on the pixels of one resized frame.
  public var minimumPixels: Int
  public var maximumPixels: Int
  /// What becomes 0 and what becomes 1, for red, green and blue, of values between 0 and 1.
  public var mean: [Double]
  public var standardDeviation: [Double]

  public init(
    frames: Int, sampling: FrameSampling = .uniform, minimumPixels: Int, maximumPixels: Int,
    mean: [Double], standardDeviation: [Double]
  ) {
    self.frames = frames
    self.sampling = sampling
    self.minimumPixels = minimumPixels
    self.maximumPixels = maximumPixels
    self.mean = mean
    self.standardDeviation = standardDeviation
  }

  /// The same for who has frame counts or pixel budgets of its own.
  ///
  /// - Parameter own: `video` of a stage or an evaluation.
  func with(_ own: Record?) -> VideoSpecification {
    var video = self
    video.frames = own?.optionalInteger("frames") ?? frames
    video.minimumPixels = own?.optionalInteger("min_pixels") ?? minimumPixels
    video.maximumPixels = own?.optionalInteger("max_pixels") ?? maximumPixels
    return video
  }
}

/// A tokenizer read from a folder, or trained on the texts of a dataset (its `items` input).
public struct TokenizerSpecification: Sendable, Codable, Equatable {
  public enum Source: Sendable, Codable, Equatable {
    case folder(String)
    case trained(vocabularySize: Int)
  }

  public var source: Source
  /// Of the folder's files; nil where they were not read, as in a plan.
  public var contentDigest: String?
  /// Strings that are one token each: the segments' delimiters.
  public var addedTokens: [String]
  public var prompt: PromptSpecification

  public init(
    source: Source, contentDigest: String? = nil, addedTokens: [String],
    prompt: PromptSpecification
  ) {
    self.source = source
    self.contentDigest = contentDigest
    self.addedTokens = addedTokens
    self.prompt = prompt
  }
}

/// What a question looks like to the policy.
public struct PromptSpecification: Sendable, Codable, Equatable {
  /// The system message; nil leaves it to the chat template.
  public var system: String?
  /// Text of a template with holes for columns of the item.
  public var user: String
  public var optionsSeparator: String
  /// What a question of one task type ends with.
  public struct TaskText: Sendable, Codable, Equatable {
    /// The recipe's key for the task type.
    public var task: String
    /// Text of a template.
    public var text: String
  }

  /// By task, in the order of `TaskAccuracy.problemTypes`.
  public var taskTexts: [TaskText]

  public init(
    system: String?, user: String, optionsSeparator: String, taskTexts: [TaskText] = []
  ) {
    self.system = system
    self.user = user
    self.optionsSeparator = optionsSeparator
    self.taskTexts = taskTexts
  }
}

/// The first weights of a run: read from a folder, or drawn from scratch.
public struct ModelSpecification: Sendable, Equatable {
  public enum Source: Sendable, Equatable {
    case folder(String)
    /// The vocabulary's size and special tokens are the tokenizer's, whatever `text` says.
    case scratch(text: TextConfiguration, vision: VisionConfiguration, seed: UInt64)
    /// The same without a vision tower.
    case textScratch(text: TextConfiguration, seed: UInt64)
  }

  public var source: Source
  /// Of the folder's configuration and weights; nil where they were not read, as in a plan.
  public var contentDigest: String?

  public init(source: Source, contentDigest: String? = nil) {
    self.source = source
    self.contentDigest = contentDigest
  }
}

/// A new low-rank adapter on weights that stay as they are.
public struct AdapterSpecification: Sendable, Equatable {
  /// The stage that trains it; with the seed decides its first values.
  public var stage: String
  public var seed: UInt64
  public var settings: AdapterSettings

  public init(stage: String, seed: UInt64, settings: AdapterSettings) {
    self.stage = stage
    self.seed = seed
    self.settings = settings
  }
}

/// A judge that rewards may ask.
public struct JudgeSpecification: Sendable, Equatable {
  public var name: String
  /// `oracle`, …: who answers.
  public var api: String
  /// What it is shown: `item.problem`, `segment.observation`, …
  public var sees: [String]
  public var onFailure: JudgeFailurePolicy
  public var settings: Record
  /// The model that this program runs to answer; nil for everybody else.
  public var model: LocalModelSpecification?

  public init(
    name: String, api: String, sees: [String], onFailure: JudgeFailurePolicy, settings: Record,
    model: LocalModelSpecification? = nil
  ) {
    self.name = name
    self.api = api
    self.sees = sees
    self.onFailure = onFailure
    self.settings = settings
    self.model = model
  }
}

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

/// The segments of a response, in order.
public struct SegmentationSpecification: Sendable, Equatable {
  public var segments: [SegmentSpecification]

  public init(segments: [SegmentSpecification]) { self.segments = segments }
}

/// One reward: a kind of the registry with its settings.
public struct RewardSpecification: Sendable, Equatable {
  public var name: String
  public var kind: String
  public var settings: Record
  /// The judge that is asked, if any.
  public var judge: String?
  /// The main reward of an evaluation.
  public var isPrimary: Bool
  /// The factor of its value in the sum that is normalized.
  public var weight: Schedule

  public init(
    name: String, kind: String, settings: Record, judge: String?, isPrimary: Bool,
    weight: Schedule = .constant(1)
  ) {
    self.name = name
    self.kind = kind
    self.settings = settings
    self.judge = judge
    self.isPrimary = isPrimary
    self.weight = weight
  }
}

/// Pays a reward only where conditions on other rewards hold.
public struct GateSpecification: Sendable, Equatable {
  /// The gated reward's name.
  public var reward: String
  /// For each response; nil when only the group decides.
  public var condition: Expression?
  /// For each group; nil when only the response decides.
  public var groupCondition: Expression?

  public init(reward: String, condition: Expression?, groupCondition: Expression? = nil) {
    self.reward = reward
    self.condition = condition
    self.groupCondition = groupCondition
  }
}

/// Sums rewards and normalizes the sum within a scope.
public struct NormalizationSpecification: Sendable, Equatable {
  /// The process whose tokens are credited; nil credits every token.
  public var process: String?
  public var normalization: Normalization

  public init(process: String?, normalization: Normalization) {
    self.process = process
    self.normalization = normalization
  }
}

/// Turns advantages of responses into advantages of tokens.
public struct CreditSpecification: Sendable, Equatable {
  /// How the part of a response that belongs to no segment is credited; nil credits every token
  /// of a response alike.
  public var rest: Normalization?
  /// What becomes of responses that were cut.
  public var truncation: Credit.Truncation
  /// Where tokens belong that no process claims for sure.
  public var rules: Credit.Rules

  public init(
    rest: Normalization?, truncation: Credit.Truncation = .score,
    rules: Credit.Rules = Credit.Rules()
  ) {
    self.rest = rest
    self.truncation = truncation
    self.rules = rules
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

  public init(
    name: String, stage: String, observationOnly: [String] = [], sampled: Sampled? = nil
  ) {
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
    return text + ")"
  }
}
