import RecipeLanguage
import Rewards
import TrainingGraph

/// Measures the responses again that a run has kept of an evaluation, without the policy.
public struct EvaluationRescorer {
  /// A response as it was measured again.
  public struct Rescored: Sendable {
    public var item: EvaluatedItem
    /// Rewards that were taken over as they were recorded, with what is not kept of them.
    public var gaps: [String: String]
  }

  private let specification: EvaluationSpecification
  private let rewards: RewardPlan
  /// How the stage looks at media.
  private let video: VideoSpecification?
  /// What ends a response, besides the end token.
  private let stopText: String?

  /// Kinds that read no more of a record than every evaluation keeps.
  private static let frugal: Set<String> = [
    "format", "accuracy", "length", "overlong", "repetition", "consistency",
  ]

  /// - Parameter makeJudge: judges that answer from a tape.
  /// - Returns: nil where the graph has no such evaluation.
  /// - Throws: the errors of rewards.
  public init?(
    _ graph: TrainingGraph, evaluation: String, stage: String,
    makeJudge: (JudgeSpecification) throws -> any Judge
  ) throws {
    let nodes = graph.nodes.compactMap { node -> (TrainingNode, EvaluationSpecification)? in
      if case .evaluate(let found) = node.operation { (node, found) } else { nil }
    }
    guard let (node, found) = nodes.first(where: { $1.name == evaluation && $1.stage == stage }),
      let segmented = graph.inputs(of: node, .segmented).first,
      let sampling = graph.inputs(of: segmented, .rollouts).first,
      case .rollout(let rollout) = sampling.operation
    else { return nil }
    specification = found
    rewards = try RewardPlan(graph, segmented: segmented, makeJudge: makeJudge)
    video = graph.video(seenBy: sampling)
    stopText = rollout.stopText
  }

  /// - Parameters:
  ///   - greedy: the greedy response to the same question.
  ///   - record: all of its record; nil where nobody has more than the evaluation keeps.
  /// - Throws: the errors of rewards, and of numbers that no response has.
  public func rescore(
    _ kept: EvaluatedItem, greedy: EvaluatedItem?, record: DataRecord?
  ) async throws -> Rescored {
    let whole = record ?? DataRecord(kept.item)
    if kept.input == .observation, kept.answered == .missing, kept.tokens == 0, let greedy {
      let parsed = try parsed(greedy)
      return Rescored(
        item: .unanswered(
          specification, kept.question, whole, parsed, missing: specification.observationOnly,
          step: kept.step), gaps: [:])
    }
    let response = try parsed(kept)
    var again = EvaluatedItem(
      specification, step: kept.step, question: kept.question, input: kept.input,
      sample: kept.sample, whole, response)
    guard kept.sample == 0 else { return Rescored(item: again, gaps: [:]) }
    let program = kept.input == .observation ? rewards.primaryProgram : rewards.program
    guard let program else { return Rescored(item: again, gaps: [:]) }
    var gaps = try gaps(program, isWhole: record != nil)
    let group = RewardGroup(
      item: whole, media: AbsentMedia(ofRecorded: whole, video), responses: [response])
    let table = try await evaluate(program, group, &gaps)
    ItemMeasures(rewards: rewards).measure(&again, ScoredGroup(group: group, table: table))
    again.takeOver(gaps.keys, of: kept, rewards, isWhole: record != nil)
    return Rescored(item: again, gaps: gaps)
  }

  private func parsed(_ item: EvaluatedItem) throws -> ParsedResponse {
    rewards.parser.parse(try Response(item, rewards.parser, stopText: stopText))
  }

  /// Rewards that cannot be computed of what is kept, with the reason.
  private func gaps(_ program: RewardProgram, isWhole: Bool) throws -> [String: String] {
    var gaps: [String: String] = [:]
    for reward in program.rewards {
      let part = try program.part(of: reward.name)
      if !part.material.isEmpty {
        gaps[reward.name] = "what the policy wrote for it besides is not kept"
      } else if !isWhole, !part.rewards.allSatisfy(isFrugal) {
        gaps[reward.name] = "the records are not here, and evaluations keep only a part of them"
      }
    }
    return gaps
  }

  private func isFrugal(_ reward: Reward) -> Bool {
    let kind = rewards.rewards.first { $0.name == reward.name }?.kind ?? ""
    let reads = [reward.gate, reward.groupGate].compactMap { $0?.text }
    return Self.frugal.contains(kind) && !reads.contains { $0.contains("item.") }
  }

  /// All that can be computed; a judge whose answer nobody has kept is one more gap.
  private func evaluate(
    _ program: RewardProgram, _ group: RewardGroup, _ gaps: inout [String: String]
  ) async throws -> RewardTable {
    func known() throws -> RewardProgram {
      try RewardProgram(program.rewards.filter { gaps[$0.name] == nil })
    }
    do {
      return try await known().evaluate(group)
    } catch let error as any JudgeHalt {
      for reward in program.rewards where gaps[reward.name] == nil {
        let part = try program.part(of: reward.name)
        let asks = part.rewards.contains { part in
          rewards.rewards.contains { $0.name == part.name && $0.judge != nil }
        }
        if asks { gaps[reward.name] = "\(error)" }
      }
      return try await known().evaluate(group)
    }
  }
}

extension EvaluatedItem {
  /// Takes over what follows from rewards that were not computed.
  fileprivate mutating func takeOver(
    _ names: some Sequence<String>, of kept: EvaluatedItem, _ rewards: RewardPlan, isWhole: Bool
  ) {
    let names = Set(names)
    var metrics = Set(names.map { "reward/\($0)" })
    if let primary = rewards.primary, names.contains(primary.name) {
      metrics.formUnion(["accuracy", "exact", "lucky"])
      answered = kept.answered
    }
    if let judged = rewards.rewards.first(where: { $0.judge != nil }), names.contains(judged.name) {
      metrics.formUnion(["sufficiency", "lucky"])
    }
    for metric in metrics {
      values[metric] = kept.values[metric]
      reasons[metric] = kept.reasons[metric]
    }
    if !isWhole, rewards.grounding != nil { unions = kept.unions }
  }

  /// Where two versions of a response part; nil where they are equal, bit for bit.
  public func difference(from again: EvaluatedItem) -> (place: String, kept: String, again: String)?
  {
    func text(_ item: EvaluatedItem, _ name: String) -> String {
      let reason = item.reasons[name].map { " (\($0))" } ?? ""
      return (item.values[name].map { "\($0)" } ?? "no value") + reason
    }
    for name in Set(segments.keys).union(again.segments.keys).sorted()
    where segments[name] != again.segments[name] {
      func text(_ segment: Segment?) -> String {
        segment.map { "\($0.outcome), \($0.tokens.map { "\($0) tokens" } ?? "no tokens")" }
          ?? "nothing"
      }
      return ("segment `\(name)`", text(segments[name]), text(again.segments[name]))
    }
    let names = Set(values.keys).union(again.values.keys).union(reasons.keys)
      .union(again.reasons.keys)
    // What follows from rewards comes after them.
    let ordered = names.sorted {
      ($0.hasPrefix("reward/") ? 0 : 1, $0) < ($1.hasPrefix("reward/") ? 0 : 1, $1)
    }
    for name in ordered {
      let isEqual =
        values[name]?.bitPattern == again.values[name]?.bitPattern
        && reasons[name] == again.reasons[name]
      guard !isEqual else { continue }
      let place =
        name.hasPrefix("reward/") ? "reward `\(name.dropFirst("reward/".count))`" : "`\(name)`"
      return (place, text(self, name), text(again, name))
    }
    if answered != again.answered {
      return (
        "what became of the answer", "\(answered?.rawValue ?? "nothing")",
        "\(again.answered?.rawValue ?? "nothing")"
      )
    }
    if unions != again.unions {
      return ("the overlaps of time spans", "\(unions ?? [])", "\(again.unions ?? [])")
    }
    return self == again
      ? nil
      : ("the response", "\(tokens) tokens, \(finish)", "\(again.tokens) tokens, \(again.finish)")
  }
}

extension DataRecord {
  /// As much of a record as an evaluation keeps.
  fileprivate init(_ item: EvaluatedItem.Item) {
    self.init(
      problemID: item.problemID, problem: item.problem, options: item.options,
      answer: item.answer, path: item.path, dataType: item.path.isEmpty ? Self.text : "video",
      problemType: item.problemType, dataSource: item.dataSource, family: item.family,
      passages: item.passages)
  }
}

extension EvaluationRecord {
  /// The numbers that follow from the responses alone.
  public static func numbers(of items: [EvaluatedItem]) -> [String: Double] { values(items) }
}
