import RecipeLanguage
import Rewards

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
