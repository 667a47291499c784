import RecipeLanguage
import Rewards
import TrainingGraph

/// The segmentation and the rewards below one rollout node, made ready to run.
struct RewardPlan: Sendable {
  let parser: SegmentParser
  let program: RewardProgram
  /// The primary reward with those that it reads; nil where there is none.
  let primaryProgram: RewardProgram?
  /// The first reward that compares time spans.
  let grounding: TemporalIoUReward?
  /// In the order of the graph.
  let rewards: [RewardSpecification]
  /// The columns of a record that some judge is shown.
  let judgedColumns: [String]
  /// The segment the primary reward reads, and the one of the same process before it: what an
  /// answer is and the reasoning it should follow from.
  let conclusion: (reasoning: String, answer: String)?

  /// - Parameter segmented: the node whose rewards are wanted.
  init(
    _ graph: TrainingGraph, segmented: TrainingNode,
    makeJudge: (JudgeSpecification) throws -> any Judge
  ) throws {
    guard case .segment(let segmentation) = segmented.operation else {
      throw TrainerError.brokenGraph(node: segmented.id.path, missing: "segmentation")
    }
    parser = try SegmentParser(segmentation.segments)

    let nodes = graph.consumers(of: segmented.id).filter { $0.operation.output == .rewards }
    var context = RewardContext(segments: segmentation.segments, judges: [:])
    for node in nodes.flatMap({ graph.inputs(of: $0, .judge) }) {
      guard case .judge(let judge) = node.operation, context.judges[judge.name] == nil else {
        continue
      }
      context.judges[judge.name] = JudgeBinding(
        name: judge.name, judge: try makeJudge(judge), sees: judge.sees,
        onFailure: judge.onFailure, emptyText: EmptyTextRule(judge.settings))
    }

    judgedColumns = context.judges.values.flatMap(\.columns)

    var specifications: [RewardSpecification] = []
    var made: [Reward] = []
    for node in nodes {
      guard case .reward(let reward) = node.operation else { continue }
      let gates = graph.consumers(of: node.id).compactMap {
        if case .gate(let gate) = $0.operation, gate.reward == reward.name { gate } else { nil }
      }
      specifications.append(reward)
      made.append(
        Reward(
          name: reward.name,
          kind: try RewardRegistry.standard.make(
            kind: reward.kind, name: reward.name, settings: reward.settings, context: context),
          gate: gates.first?.condition, groupGate: gates.first?.groupCondition))
    }
    rewards = specifications
    let program = try RewardProgram(made)
    self.program = program
    primaryProgram = try Self.primary(specifications).map { try program.part(of: $0.name) }
    grounding = made.lazy.compactMap { $0.kind as? TemporalIoUReward }.first
    conclusion = Self.conclusion(segmentation.segments, Self.primary(specifications))
  }

  /// The reward that decides whether a response is right.
  var primary: RewardSpecification? { Self.primary(rewards) }

  private static func primary(_ rewards: [RewardSpecification]) -> RewardSpecification? {
    rewards.first { $0.isPrimary } ?? rewards.first { $0.kind == "accuracy" }
  }

  /// The segment that holds the answer: the one that the primary reward reads.
  var answerSegment: String? { primary?.settings.optionalStrings("of")?.last }

  private static func conclusion(
    _ segments: [SegmentSpecification], _ primary: RewardSpecification?
  ) -> (reasoning: String, answer: String)? {
    guard let answer = primary?.settings.optionalStrings("of")?.last,
      let index = segments.firstIndex(where: { $0.name == answer }),
      let reasoning = segments[..<index].last(where: { $0.process == segments[index].process })
    else { return nil }
    return (reasoning.name, answer)
  }

  /// Whether reasoning and answer of a response to a question contradict each other (VIDEOP2R section
  /// 5.3): by its options where it has some. Nil where that cannot be said.
  func mismatch(_ item: DataRecord, _ response: ParsedResponse) -> Bool? {
    conclusion.flatMap {
      Mismatch.thinkVersusAnswer(
        response, think: $0.reasoning, answer: $0.answer, options: item.options)
    }
  }

  /// Evaluates every reward on a group.
  func score(_ group: RewardGroup) async throws -> ScoredGroup {
    ScoredGroup(group: group, table: try await program.evaluate(group))
  }

  /// The same for many groups, in their order. They are scored side by side, so that a judge far away
  /// is asked about all of them at once.
  func score(_ groups: [RewardGroup]) async throws -> [ScoredGroup] {
    try await withThrowingTaskGroup(of: (Int, ScoredGroup).self) { tasks in
      for (index, group) in groups.enumerated() {
        tasks.addTask { (index, try await score(group)) }
      }
      var scored: [Int: ScoredGroup] = [:]
      for try await (index, group) in tasks { scored[index] = group }
      return groups.indices.compactMap { scored[$0] }
    }
  }
}

/// A group of responses with the outcome of every reward.
struct ScoredGroup: Sendable {
  let group: RewardGroup
  let table: RewardTable

  /// Whether a condition on the whole group holds; not where it has no value.
  func passes(_ condition: Expression) -> Bool { table.holds(condition, for: group) }

  /// The values of one reward, without abstentions and failures.
  func values(of reward: String) -> [Double] {
    (table.outcomes[reward] ?? []).compactMap(\.value)
  }
}
