/// One key of a record: its name, type, whether it must be there, and what it means.
public struct FieldSchema: Sendable {
  enum Presence: Sendable {
    case required
    /// Absent stays absent.
    case optional
    /// Recipe text, read by the field's own type. `${name}` stands for the name of the record.
    case defaulted(String)
  }

  public let name: String
  public let type: ValueType
  public let summary: String
  let presence: Presence
  public private(set) var effect = Effect.result
  /// Written after the keys of the kind, where the record is of a kind.
  private(set) var isClosing = false
  /// By value of this field, the defaults of other keys of the record in place of their own.
  public private(set) var presets: [String: [String: String]] = [:]

  public static func required(
    _ name: String, _ type: ValueType, _ summary: String
  ) -> FieldSchema {
    FieldSchema(name: name, type: type, summary: summary, presence: .required)
  }

  public static func optional(
    _ name: String, _ type: ValueType, _ summary: String
  ) -> FieldSchema {
    FieldSchema(name: name, type: type, summary: summary, presence: .optional)
  }

  /// - Parameter default: as one would write it in a recipe: `0.2`, `72 tok`, `[0.9, 0.999]`, `{}`.
  public static func optional(
    _ name: String, _ type: ValueType, default text: String, _ summary: String
  ) -> FieldSchema {
    FieldSchema(name: name, type: type, summary: summary, presence: .defaulted(text))
  }
}

extension FieldSchema {
  public var isRequired: Bool {
    if case .required = presence { return true }
    return false
  }

  /// Recipe text; `${name}` stands for the name of the record.
  public var defaultText: String? {
    if case .defaulted(let text) = presence { return text }
    return nil
  }
}

/// What a setting can change about a run: which caches it belongs to the key of.
public enum Effect: String, Sendable, CaseIterable {
  /// The weights, and everything measured on them.
  case result
  /// Their last bits: the order of sums, the kind of arithmetic.
  case numerics
  /// Speed and memory alone.
  case performance
  /// What people read.
  case display
}

extension FieldSchema {
  /// The same field, whose value decides the defaults of other keys of the record.
  ///
  /// - Parameter presets: by value, recipe text by key.
  public func presetting(_ presets: [String: [String: String]]) -> FieldSchema {
    var field = self
    field.presets = presets
    return field
  }

  /// The same field, written after the keys of the kind.
  func closing() -> FieldSchema {
    var field = self
    field.isClosing = true
    return field
  }

  /// The same field with another effect than on the result.
  public func affects(_ effect: Effect) -> FieldSchema {
    var field = self
    field.effect = effect
    return field
  }
}

/// What is common to several kinds, for checks that hold for all of them.
public enum KindTrait: String, Sendable, Hashable, CaseIterable {
  /// An algorithm that learns from responses of the data.
  case supervised
  /// An algorithm that samples groups of responses and compares them.
  case policy
  /// An algorithm that normalizes and credits each process apart.
  case processAware
  /// An algorithm that makes data, and no weights.
  case pipeline
  /// A judge or a generator that is a language model, over the network or run by this program.
  case remote
  /// A reward that says how right a response is.
  case correctness
  /// A reward that is computed from further responses of the policy.
  case asksPolicy
  /// A reward that says whether segments are complete.
  case format
  /// A reward that pays inside the `window` of its settings.
  case length
  /// A reward that punishes length: from `band` below `limit`, more and more up to `limit`.
  case lengthPenalty
  /// A model that reads text and sees nothing.
  case textOnly
  /// Data that are text alone unless their key `media` says where videos and pictures are. All other data have some.
  case mediaOptional
  /// Data that bring a text collection along.
  case bringsTexts
}

/// What a check of a kind may look at.
public struct CheckContext: Sendable {
  /// Key of the record in its section (`rl`, `correct`).
  public let name: String
  /// `stages.rl`.
  public let path: String
  /// The whole recipe, decoded as far as it is right: what is in error is absent, so read it with the
  /// optional accessors.
  public let root: Record
  /// The world outside.
  public let facts: FactLedger
}

/// A kind of reward, judge, data set, algorithm, model or sampler: declared by the module that
/// implements it, together with the keys it reads.
public struct KindSchema: Sendable {
  public let name: String
  public let summary: String
  public let fields: [FieldSchema]
  public let traits: Set<KindTrait>
  /// What is missing from this program to run the kind, said as a noun ("remote judges"); nil when
  /// nothing is. A recipe may use it, be checked and planned.
  public let missing: String?
  /// Rewards: what is known of the values, from the reward's settings; nil where they are in error.
  public let signature: (@Sendable (Record) -> RewardSignature?)?
  /// Rewards: the field that holds the value as a formula over other rewards, for a kind that has one.
  public let formula: String?
  /// Codes that only this kind's own check reports.
  public let codes: [DiagnosticCode]
  /// Checks that types cannot express; run on records without errors of their own.
  public let check: (@Sendable (Record, CheckContext) -> [Diagnostic])?
  /// Settings that can change nothing beside the record's other settings, whoever wrote them.
  public let idle: (@Sendable (Record) -> [IdleSetting])?

  public init(
    _ name: String, summary: String, fields: [FieldSchema] = [], traits: Set<KindTrait> = [],
    missing: String? = nil, signature: (@Sendable (Record) -> RewardSignature?)? = nil,
    formula: String? = nil, codes: [DiagnosticCode] = [],
    check: (@Sendable (Record, CheckContext) -> [Diagnostic])? = nil,
    idle: (@Sendable (Record) -> [IdleSetting])? = nil
  ) {
    self.name = name
    self.summary = summary
    self.fields = fields
    self.traits = traits
    self.missing = missing
    self.signature = signature
    self.formula = formula
    self.codes = codes
    self.check = check
    self.idle = idle
  }
}

/// The kinds that exist. The language has no list of its own; the executable joins what the modules
/// declare.
public struct Vocabulary: Sendable {
  /// `rewards.*.kind`
  public var rewards: [KindSchema]
  /// `stages.*.algorithm`
  public var algorithms: [KindSchema]
  /// `judges.*.api`
  public var judges: [KindSchema]
  /// `generators.*.api`
  public var generators: [KindSchema]
  /// `data.*.kind`
  public var data: [KindSchema]
  /// `model.architecture`
  public var models: [KindSchema]
  /// `video.sampler`
  public var samplers: [KindSchema]

  /// All of them.
  public var kinds: [KindSchema] {
    rewards + algorithms + judges + generators + data + models + samplers
  }

  public init(
    rewards: [KindSchema] = [], algorithms: [KindSchema] = [], judges: [KindSchema] = [],
    generators: [KindSchema] = [], data: [KindSchema] = [], models: [KindSchema] = [],
    samplers: [KindSchema] = []
  ) {
    self.rewards = rewards
    self.algorithms = algorithms
    self.judges = judges
    self.generators = generators
    self.data = data
    self.models = models
    self.samplers = samplers
  }
}
