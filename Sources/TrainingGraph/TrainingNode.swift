import Models
import RecipeLanguage

/// The identity of a node: a path such as `rl/reward/correct`.
public struct NodeID: Hashable, Sendable, CustomStringConvertible, ExpressibleByStringLiteral {
  public let path: String

  public init(_ path: String) { self.path = path }
  public init(stringLiteral value: String) { path = value }
  public init(_ components: String...) { path = components.joined(separator: "/") }

  public var description: String { path }
}

/// What flows along an edge.
public enum PortType: String, Sendable, Hashable, CaseIterable {
  /// Questions with their media.
  case items
  case tokenizer
  /// The weights of a policy.
  case weights
  /// Groups of sampled responses.
  case rollouts
  /// Rollouts with the segment of every token.
  case segmented
  /// Someone who writes responses.
  case generator
  /// A source of verdicts.
  case judge
  /// One value, abstention or failure per response.
  case rewards
  /// One advantage per response, for one process.
  case advantages
  /// One advantage per token.
  case tokenAdvantages
  /// A scalar to descend on.
  case loss
  /// Numbers about a policy.
  case metrics
  /// Which checkpoint of a stage is its result.
  case choice
}

/// One node: an operation on the outputs of other nodes.
public struct TrainingNode: Sendable {
  public let id: NodeID
  public var operation: TrainingOperation
  public var inputs: [NodeID]
  /// Where the recipe declares it.
  public let span: SourceSpan?

  public init(
    _ id: NodeID, _ operation: TrainingOperation, inputs: [NodeID] = [], span: SourceSpan? = nil
  ) {
    self.id = id
    self.operation = operation
    self.inputs = inputs
    self.span = span
  }
}

/// What a node does. Settings are values; nothing here refers to the recipe.
public enum TrainingOperation: Sendable {
  case dataset(DatasetSpecification)
  case tokenizer(TokenizerSpecification)
  case model(ModelSpecification)
  /// The same weights in another precision, to be frozen.
  case round(WeightPrecision)
  case adapter(AdapterSpecification)
  case judge(JudgeSpecification)
  case generator(GeneratorSpecification)
  case write(WritingSpecification)
  case pipeline(PipelineSpecification)
  /// The same items, with other frames of their videos.
  case view(VideoSpecification)
  case supervise(SupervisionSpecification)
  case rollout(RolloutSpecification)
  case segment(SegmentationSpecification)
  case reward(RewardSpecification)
  case gate(GateSpecification)
  case normalize(NormalizationSpecification)
  case credit(CreditSpecification)
  case loss(LossSpecification)
  case update(UpdateSpecification)
  case evaluate(EvaluationSpecification)
  case select(SelectionSpecification)

  /// The field's word for the operation.
  public var name: String {
    switch self {
    case .dataset: "dataset"
    case .tokenizer: "tokenizer"
    case .model: "model"
    case .round: "round"
    case .adapter: "adapter"
    case .judge: "judge"
    case .generator: "generator"
    case .write: "write"
    case .pipeline: "pipeline"
    case .view: "view"
    case .supervise: "supervise"
    case .rollout: "rollout"
    case .segment: "segment"
    case .reward: "reward"
    case .gate: "gate"
    case .normalize: "normalize"
    case .credit: "credit"
    case .loss: "loss"
    case .update: "update"
    case .evaluate: "evaluate"
    case .select: "select"
    }
  }

  /// The type of the output.
  public var output: PortType {
    switch self {
    case .dataset, .pipeline, .view: .items
    case .tokenizer: .tokenizer
    case .model, .round, .adapter, .supervise, .update: .weights
    case .judge: .judge
    case .generator: .generator
    case .rollout, .write: .rollouts
    case .segment: .segmented
    case .reward, .gate: .rewards
    case .normalize: .advantages
    case .credit: .tokenAdvantages
    case .loss: .loss
    case .evaluate: .metrics
    case .select: .choice
    }
  }

  /// How many inputs of which type the operation takes.
  var inputs: [PortType: ClosedRange<Int>] {
    switch self {
    case .dataset, .judge, .generator: [:]
    case .write: [.items: 1...1, .generator: 0...1, .rollouts: 0...1]
    case .pipeline:
      [
        .items: 1...1, .tokenizer: 1...1, .rollouts: 1...64, .segmented: 0...64, .rewards: 0...4096,
      ]
    case .view: [.items: 1...1]
    case .tokenizer: [.items: 0...1]
    case .model: [.tokenizer: 1...1]
    case .round, .adapter: [.weights: 1...1]
    case .supervise: [.weights: 1...1, .items: 1...1, .tokenizer: 1...1, .choice: 0...1]
    case .rollout: [.weights: 1...1, .items: 1...1, .tokenizer: 1...1]
    case .segment: [.rollouts: 1...1]
    case .reward: [.segmented: 1...1, .judge: 0...1, .rewards: 0...64]
    case .gate: [.rewards: 1...64]
    case .normalize: [.rewards: 1...64]
    case .credit: [.segmented: 1...1, .advantages: 1...16]
    case .loss: [.tokenAdvantages: 1...1, .rollouts: 1...1, .weights: 0...1]
    case .update: [.loss: 1...1, .weights: 1...1, .choice: 0...1]
    case .evaluate: [.segmented: 1...1, .rewards: 0...64]
    case .select: [.metrics: 1...1]
    }
  }

  /// Whether the operation still makes sense after one of its inputs, of a type, is removed.
  func canLose(_ port: PortType) -> Bool {
    switch self {
    case .normalize, .credit, .evaluate: true
    default: port == .choice
    }
  }
}
