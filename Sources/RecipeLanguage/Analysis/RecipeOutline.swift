/// A recipe as its checks see it: the parts by name, each as far as it is right.
public struct RecipeOutline: Sendable {
  public struct Segment: Sendable {
    public let name: String
    public let process: String
    public let open: String
    public let close: String
    public let record: Record
  }

  public struct Reward: Sendable {
    public let name: String
    public let kind: KindSchema
    public let record: Record
    /// The segments under `of`; empty where it reads the whole response.
    public let segments: [String]
    /// The process whose tokens it trains.
    public let credit: String
    public let isPrimary: Bool
    /// The `when`: for each response.
    public let gate: Expression?
    /// The `group_when`: for each group.
    public let groupGate: Expression?
    /// The formula over other rewards that its value is, for a kind that has one.
    public let formula: Expression?
    /// Before gating.
    public fileprivate(set) var signature: RewardSignature
    /// The factor of its value in the sum that is normalized.
    public let weight: Schedule

    public func `is`(_ trait: KindTrait) -> Bool { kind.traits.contains(trait) }
    /// Whether it says that a response is right: by its kind, or because the recipe says so.
    public var isCorrectness: Bool { isPrimary || self.is(.correctness) }

    /// The rewards that must be computed before it.
    public var dependencies: [String] {
      [gate, groupGate, formula].flatMap { $0?.rewardNames ?? [] }
    }
  }

  public struct Stage: Sendable {
    public let name: String
    public let algorithm: KindSchema
    public let record: Record
    /// The stage whose weights it starts from.
    public let initial: String?
    public let data: String?
    public let steps: Int?
    public let groupSize: Int?
    /// The longest response, in tokens.
    public let maximumNewTokens: Int?

    /// The stage whose frozen weights the KL penalty measures from.
    public var reference: String? { record.optionalRecord("kl")?.optionalString("reference") }

    /// What its best checkpoint is chosen by; nil where its result is the last one.
    var best: EvaluationMetric? {
      record.optionalRecord("keep")?.optionalRecord("best").flatMap { EvaluationMetric($0) }
    }

    /// The stage whose result it reads as data.
    public var dataStage: String? { data.flatMap(Self.name(ofItems:)) }

    public func `is`(_ trait: KindTrait) -> Bool { algorithm.traits.contains(trait) }

    /// The stage in `stages.<name>`; nil for the name of a data set.
    public static func name(ofItems text: String) -> String? {
      let prefix = "stages."
      return text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : nil
    }
  }

  public let segments: [Segment]
  public let rewards: [Reward]
  public let stages: [Stage]
  public let judges: [Record]
  public let data: [Record]
  public let evaluations: [Record]
  /// One for every process, written or default.
  public let normalization: [Record]
  /// What is known of the rewards' values.
  public let domains: RewardDomains
  /// Without those that wait for each other, or for what is not declared.
  let rewardsByNeed: [Reward]

  /// In order of first use.
  public var processes: [String] {
    var seen: Set<String> = []
    return segments.map(\.process).filter { seen.insert($0).inserted }
  }

  /// Where each name is in its list.
  private let segmentPlaces: [String: Int]
  private let rewardPlaces: [String: Int]
  private let stagePlaces: [String: Int]

  public func segment(_ name: String) -> Segment? { segmentPlaces[name].map { segments[$0] } }
  public func reward(_ name: String) -> Reward? { rewardPlaces[name].map { rewards[$0] } }
  public func stage(_ name: String) -> Stage? { stagePlaces[name].map { stages[$0] } }
  func evaluation(_ name: String) -> Record? { evaluations.first { $0.name == name } }

  public init(_ root: Record, vocabulary: Vocabulary) {
    func entries(_ section: String) -> [Record] { root.optionalRecord(section)?.records ?? [] }
    segments = entries("segments").compactMap { record in
      guard let process = record.optionalString("process"),
        let open = record.optionalString("open"), let close = record.optionalString("close")
      else { return nil }
      return Segment(
        name: record.name, process: process, open: open, close: close, record: record)
    }
    let declared = entries("rewards").compactMap { record -> Reward? in
      guard let word = record.optionalString("kind"),
        let kind = vocabulary.rewards.first(where: { $0.name == word }),
        let credit = record.optionalString("credit"), let signature = kind.signature?(record)
      else { return nil }
      return Reward(
        name: record.name, kind: kind, record: record,
        segments: record.optionalStrings("of") ?? [], credit: credit,
        isPrimary: record.optionalBoolean("primary") ?? false,
        gate: record.optionalExpression("when"),
        groupGate: record.optionalExpression("group_when"),
        formula: kind.formula.flatMap(record.optionalExpression), signature: signature,
        weight: record.optionalSchedule("weight") ?? .constant(1))
    }
    rewards = Self.resolvingFormulas(declared)
    domains = RewardDomains(rewards)
    rewardsByNeed = RewardOrder(rewards, ignoresUndeclared: false).ordered
    stages = entries("stages").compactMap { record in
      guard let word = record.optionalString("algorithm"),
        let algorithm = vocabulary.algorithms.first(where: { $0.name == word })
      else { return nil }
      return Stage(
        name: record.name, algorithm: algorithm, record: record,
        initial: record.optionalString("init"), data: record.optionalString("data"),
        steps: record.optionalInteger("steps"), groupSize: record.optionalInteger("group_size"),
        maximumNewTokens: record.optionalRecord("sampling")?.optionalInteger("max_new_tokens"))
    }
    judges = entries("judges")
    data = entries("data")
    evaluations = entries("eval")
    normalization = entries("normalization")
    func places(_ names: [String]) -> [String: Int] {
      Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first }
    }
    segmentPlaces = places(segments.map(\.name))
    rewardPlaces = places(rewards.map(\.name))
    stagePlaces = places(stages.map(\.name))
  }

  /// The same with the signature of every formula computed from what it reads.
  private static func resolvingFormulas(_ rewards: [Reward]) -> [Reward] {
    guard rewards.contains(where: { $0.formula != nil }) else { return rewards }
    let domains = RewardDomains(rewards)
    return rewards.map { reward in
      guard let formula = reward.formula, let domain = domains.ungated(reward.name) else {
        return reward
      }
      let read = rewards.filter { formula.rewardNames.contains($0.name) }.map(\.signature)
      func union(_ part: (RewardSignature) -> [String]) -> [String] {
        read.flatMap(part).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
      }
      let columns = union(\.columns)
      var resolved = reward
      resolved.signature = RewardSignature(
        range: domain.range.clamped(to: reward.signature.range), support: domain.support,
        attains: domain.onlyValue.map { [$0] } ?? [], reads: union(\.reads),
        columns: columns + formula.columns.filter { !columns.contains($0) },
        isPure: domain.isPure, mayAbstain: domain.mayAbstain)
      return resolved
    }
  }
}
