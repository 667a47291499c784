import RecipeLanguage

/// The responses sampled for one prompt, with the record the prompt was made from.
public struct RewardGroup: Sendable {
  public var item: DataRecord
  /// Of the item, for judges that see it; nil where it has none, or none is at hand.
  public var media: (any ItemMedia)?
  public var responses: [ParsedResponse]
  /// What rewards remember of earlier steps; empty outside of training.
  public var memory: RewardMemory
  /// What the policy wrote besides, for rewards that ask for it.
  public var material: [RewardMaterial: [ParsedResponse?]]
  /// All responses to the prompt, also where gates leave some out of `responses`.
  public private(set) var siblings: [ParsedResponse]

  public init(
    item: DataRecord, media: (any ItemMedia)? = nil, responses: [ParsedResponse],
    memory: RewardMemory = RewardMemory(),
    material: [RewardMaterial: [ParsedResponse?]] = [:]
  ) {
    self.item = item
    self.media = media
    self.responses = responses
    self.memory = memory
    self.material = material
    siblings = responses
  }

  /// The same group with only some of its responses.
  func keeping(_ indices: [Int]) -> RewardGroup {
    var group = self
    group.responses = indices.map { responses[$0] }
    for (kind, written) in material where kind.isPerResponse {
      group.material[kind] = indices.filter(written.indices.contains).map { written[$0] }
    }
    return group
  }
}

/// What surrounds a reward in its recipe.
public struct RewardContext: Sendable {
  /// The declared segments, in order.
  public var segments: [SegmentSpecification]
  /// The declared judges by name.
  public var judges: [String: JudgeBinding]

  public init(segments: [SegmentSpecification], judges: [String: JudgeBinding] = [:]) {
    self.segments = segments
    self.judges = judges
  }
}

/// A kind of reward: what a recipe may say about it, what is known of it beforehand, and how it is
/// computed. Adding a kind is one file with this protocol and one line in `RewardRegistry`.
public protocol RewardKind: Sendable {
  /// The kind's own settings (`credit`, `when` and `primary` belong to every reward), with the
  /// signature that they give.
  static var schema: KindSchema { get }

  /// Throws `RewardError` when the settings cannot be honoured.
  init(name: String, settings: Record, context: RewardContext) throws

  /// The rewards that its value is computed from.
  var readsRewards: [String] { get }

  /// What the policy has to write besides its rollouts.
  var material: RewardMaterial? { get }

  /// One outcome per response of the group, in order. `prior` holds the outcomes of rewards that
  /// were computed before, for the same responses. Where the reward has a gate, only responses
  /// that passed it are in the group.
  func evaluate(
    _ group: RewardGroup, prior: [String: [RewardOutcome]]
  ) async throws -> [RewardOutcome]

  /// Takes note of a finished step, in the order of its groups, for the steps that follow. Groups in
  /// which a reward failed are left out.
  func learn(
    from groups: [(group: RewardGroup, table: RewardTable)], into memory: inout RewardMemory)
}

extension RewardKind {
  public var readsRewards: [String] { [] }
  public var material: RewardMaterial? { nil }

  public func learn(
    from groups: [(group: RewardGroup, table: RewardTable)], into memory: inout RewardMemory
  ) {}

  /// The reason for a zero when one of the segments is not found; nil when all are.
  static func missingSegment(_ names: [String], in response: ParsedResponse) -> String? {
    for name in names {
      guard let segment = response.segment(name) else { return "segment \(name) is not declared" }
      if !segment.isFound { return "\(name): \(segment.outcome.rawValue)" }
    }
    return nil
  }

  /// The names under `of`, checked against the declared segments.
  static func segments(
    _ settings: Record, _ context: RewardContext
  ) throws -> [String] {
    let names = try settings.strings("of")
    let declared = context.segments.map(\.name)
    for name in names where !declared.contains(name) {
      throw RewardError.unknown(
        what: "segment", name: name, help: Suggestion.help(for: name, among: declared))
    }
    return names
  }
}
