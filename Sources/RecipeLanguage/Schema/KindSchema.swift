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

/// What a check of a kind may look at.
public struct CheckContext: Sendable {
  /// Key of the record in its section (`rl`, `correct`).
  public let name: String
  /// `stages.rl`.
  public let path: String
  /// The whole recipe, decoded as far as it is right: what is in error is absent, so read it with the
  /// optional accessors.
  public let root: Record
}

/// A kind of reward, judge, data set, algorithm, model or sampler: declared by the module that
/// implements it, together with the keys it reads.
public struct KindSchema: Sendable {
  public let name: String
  public let summary: String
  public let fields: [FieldSchema]
  /// Checks that types cannot express; run on records without errors of their own.
  public let check: (@Sendable (Record, CheckContext) -> [Diagnostic])?

  public init(
    _ name: String, summary: String, fields: [FieldSchema] = [],
    check: (@Sendable (Record, CheckContext) -> [Diagnostic])? = nil
  ) {
    self.name = name
    self.summary = summary
    self.fields = fields
    self.check = check
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
  /// `data.*.kind`
  public var data: [KindSchema]
  /// `model.architecture`
  public var models: [KindSchema]
  /// `video.sampler`
  public var samplers: [KindSchema]

  public init(
    rewards: [KindSchema] = [], algorithms: [KindSchema] = [], judges: [KindSchema] = [],
    data: [KindSchema] = [], models: [KindSchema] = [], samplers: [KindSchema] = []
  ) {
    self.rewards = rewards
    self.algorithms = algorithms
    self.judges = judges
    self.data = data
    self.models = models
    self.samplers = samplers
  }
}
