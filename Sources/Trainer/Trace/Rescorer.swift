import Rewards
import TrainingGraph

/// Computes segments, rewards, advantages and metrics of a policy stage's recorded steps again, without the
/// policy.
///
/// Rewards and normalizations remember earlier steps, so that all steps are to be scored, in their order.
public struct Rescorer {
  /// A step as it was computed again, with the metrics that follow from its responses.
  public struct Step: Sendable {
    public var trace: StepTrace
    public var metrics: [String: Double]
  }

  private let update: UpdateSpecification
  private let promptsPerStep: Int
  /// How the stage looks at media.
  private let video: VideoSpecification?
  private let rewards: RewardPlan
  private let credit: CreditPlan
  private var memory = RewardMemory()

  /// - Parameters:
  ///   - stage: one that samples responses.
  ///   - makeJudge: judges that answer from a tape, for a replay without network.
  /// - Throws: `TrainerError.unknownStage` for one that does not; the errors of rewards.
  public init(
    _ graph: TrainingGraph, stage: String,
    makeJudge: (JudgeSpecification) throws -> any Judge
  ) throws {
    guard let node = graph[NodeID(stage)], case .update(let update) = node.operation,
      let loss = graph.inputs(of: node, .loss).first,
      let credit = graph.inputs(of: loss, .tokenAdvantages).first,
      let segmented = graph.inputs(of: credit, .segmented).first,
      let sampling = graph.inputs(of: loss, .rollouts).first,
      case .rollout(let rollout) = sampling.operation
    else { throw TrainerError.unknownStage(stage, known: graph.policyStages) }
    self.update = update
    promptsPerStep = rollout.promptsPerStep ?? 1
    video = graph.video(seenBy: sampling)
    rewards = try RewardPlan(graph, segmented: segmented, makeJudge: makeJudge)
    self.credit = try CreditPlan(graph, credit: credit)
  }

  /// The step that follows those that were scored before.
  public mutating func rescore(_ recorded: StepTrace) async throws -> Step {
    let scoring = PolicyScoring(
      update: update, rewards: rewards, credit: credit, records: recorded.available,
      promptsPerStep: promptsPerStep)
    let material = rewards.program.material
    let memory = memory
    let scored = try await rewards.score(
      recorded.groups.map {
        try $0.rewardGroup(
          rewards.parser, media: AbsentMedia(ofRecorded: $0.item, video), material: material,
          memory: memory)
      })
    let (credited, metrics) = try scoring.assign(
      scored, step: recorded.step - 1, memory: &self.memory)
    var trace = recorded
    trace.groups = scored.indices.map { index in
      StepTrace.Group(
        scored[index], credited[index],
        logProbabilities: recorded.groups[index].responses.map(\.logProbabilities),
        material: material)
    }
    return Step(trace: trace, metrics: metrics)
  }
}

extension TrainingGraph {
  /// The stages that sample responses, in order.
  public var policyStages: [String] {
    nodes.compactMap { if case .update(let update) = $0.operation { update.stage } else { nil } }
  }
}
