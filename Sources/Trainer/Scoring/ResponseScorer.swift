import Rewards
import TrainingGraph

/// Runs what lies between the responses and the loss of one policy stage (segments, rewards, gates,
/// normalization, credit) on responses that were sampled elsewhere. No model is needed.
public struct ResponseScorer {
  private let stage: String
  private let steps: Int
  private let graph: TrainingGraph
  private let segmented: TrainingNode
  private let credit: CreditPlan
  /// The text that ends a response of the stage, besides the end token.
  private let stopText: String?
  private let encoding: ResponseEncoding
  private let makeJudge: (JudgeSpecification) throws -> any Judge

  /// - Parameters:
  ///   - stage: a policy stage; the only one by default.
  ///   - makeJudge: for verdicts that are not stored with the responses.
  /// - Throws: `TrainerError.noPolicyStage`, `.severalPolicyStages` or `.unknownStage` when the stage
  ///   cannot be chosen.
  public init(
    _ graph: TrainingGraph, stage: String? = nil, encoding: ResponseEncoding,
    makeJudge: @escaping (JudgeSpecification) throws -> any Judge
  ) throws {
    self.graph = graph
    self.encoding = encoding
    self.makeJudge = makeJudge
    let update = try Self.update(stage, in: graph)
    let name = update.id.path
    guard let credit = graph.nodes.first(where: { $0.id == NodeID(name, "credit") }),
      let segmented = graph.nodes.first(where: { $0.id == NodeID(name, "segment") })
    else { throw TrainerError.brokenGraph(node: name, missing: "credit assignment") }
    self.stage = name
    steps = if case .update(let specification) = update.operation { specification.steps } else { 1 }
    self.credit = try CreditPlan(graph, credit: credit)
    self.segmented = segmented
    stopText =
      if case .rollout(let rollout)? = graph[NodeID(name, "rollout")]?.operation {
        rollout.stopText
      } else { nil }
  }

  private static func update(_ stage: String?, in graph: TrainingGraph) throws -> TrainingNode {
    let updates = graph.nodes.filter {
      if case .update = $0.operation { true } else { false }
    }
    let names = graph.policyStages
    if let stage {
      guard let update = updates.first(where: { $0.id.path == stage }) else {
        throw TrainerError.unknownStage(stage, known: names)
      }
      return update
    }
    guard let only = updates.first else { throw TrainerError.noPolicyStage }
    guard updates.count == 1 else { throw TrainerError.severalPolicyStages(names) }
    return only
  }

  /// Scores all groups as one update would.
  public func score(_ groups: [StoredGroup]) async throws -> ScoreReport {
    let responses = try groups.map {
      try $0.responses.map { try encoding.response($0, stopText: stopText) }
    }
    let rewards = try RewardPlan(graph, segmented: segmented) { judge in
      try storedVerdicts(of: judge, groups, responses)
    }
    let scored = try await rewards.score(
      zip(groups, responses).map { group, responses in
        RewardGroup(
          item: group.item, media: AbsentMedia(ofStored: group.item),
          responses: responses.map(rewards.parser.parse))
      })
    // What is stored does not say when it was sampled: weights are those that the stage ends with.
    let weights = credit.weights(step: steps - 1, of: steps, epoch: nil)
    let credited = try credit.credit.assign(
      scored.map { (group: $0.group, table: $0.table) }, weights: weights)
    return ScoreReport(
      stage: stage, countsWords: encoding.countsWords,
      groups: groups.indices.map { index in
        ScoreReport.Group(
          groups[index], scored[index], credited[index], scopes: credit.scopes,
          rules: credit.credit.rules,
          rewards: rewards.rewards.map(\.name))
      })
  }

  /// The judge, with the verdicts that came with the responses.
  private func storedVerdicts(
    of judge: JudgeSpecification, _ groups: [StoredGroup], _ responses: [[Response]]
  ) throws -> any Judge {
    guard case .segment(let segmentation) = segmented.operation else {
      throw TrainerError.brokenGraph(node: segmented.id.path, missing: "segmentation")
    }
    let parser = try SegmentParser(segmentation.segments)
    let inner = try makeJudge(judge)
    let binding = JudgeBinding(
      name: judge.name, judge: inner, sees: judge.sees, onFailure: judge.onFailure)
    var scores: [String: Double] = [:]
    for (group, responses) in zip(groups, responses) {
      for (stored, response) in zip(group.responses, responses) {
        guard let score = stored.verdicts[judge.name] else { continue }
        let request = try binding.request(
          item: group.item, media: AbsentMedia(ofStored: group.item),
          response: parser.parse(response))
        if let other = scores.updateValue(score, forKey: request.content), other != score {
          throw RewardError.response(
            message: "line \(stored.line): judge `\(judge.name)` gave \(score) to a text that got "
              + "\(other) before")
        }
      }
    }
    return StoredVerdicts(scores, fallback: inner)
  }
}

extension ResponseEncoding {
  fileprivate var countsWords: Bool {
    if case .words = self { true } else { false }
  }
}
