import Foundation
import Models
import RecipeLanguage

/// What a node costs over its whole stage, at most. Counts are no integers: products of legal settings
/// outgrow those.
public struct NodeCost: Sendable, Equatable {
  /// Records or responses that pass through.
  public var samples = 0.0
  /// Tokens generated at most.
  public var generatedTokens = 0.0
  /// Floating-point operations, where the sizes are known: 2 per parameter and generated token,
  /// 6 per parameter and trained response token, or 4 where the parameters are frozen.
  public var operations = 0.0
  public var judgeCalls = 0.0

  public init() {}
}

extension TrainingGraph {
  /// The cost of every node that has one.
  public func costs() -> [NodeID: NodeCost] {
    let parameters = Double(parameterCount ?? 0)
    var costs: [NodeID: NodeCost] = [:]
    for node in nodes {
      var cost = NodeCost()
      switch node.operation {
      case .supervise(let supervision):
        guard let steps = plannedSteps(of: node) else { continue }
        cost.samples = Double(steps) * Double(supervision.batchSize)
      case .rollout(let rollout):
        guard let written = responses(to: node, rollout) else { continue }
        cost.samples = written.responses
        cost.generatedTokens =
          (written.responses + written.further) * Double(rollout.maximumNewTokens)
        cost.operations = 2 * parameters * cost.generatedTokens
      case .write:
        guard let records = plannedItems(of: node) else { continue }
        cost.samples = Double(records) * Double(attempts(of: node))
      case .reward(let reward):
        guard reward.judge != nil, let measured = measured(by: node, costs) else { continue }
        cost.judgeCalls = measured
      case .update(let update):
        guard let loss = inputs(of: node, .loss).first,
          case .rollout(let rollout)? = inputs(of: loss, .rollouts).first?.operation
        else { continue }
        // What was replaced is not learnt from.
        cost.samples =
          Double(update.steps) * Double(rollout.promptsPerStep ?? 1) * Double(rollout.groupSize)
        // Forward, gradient of the inputs, and of the weights where they are trained.
        let perParameter = isAdapted(node) ? 4.0 : 6
        cost.operations =
          perParameter * parameters * cost.samples * Double(rollout.maximumNewTokens)
          * Double(update.passesPerBatch)
      default: continue
      }
      costs[node.id] = cost
    }
    return costs
  }

  /// The responses of a rollout over its whole stage or evaluation, and what is written besides: for
  /// rewards, and for an evaluation's sampled responses and answers without a video. Nil where the
  /// number of questions is not known.
  private func responses(
    to node: TrainingNode, _ rollout: RolloutSpecification
  ) -> (responses: Double, further: Double)? {
    let perGroup = material(of: node).reduce(0.0) {
      $0 + Double($1.responses(ofGroup: rollout.groupSize))
    }
    if let update = update(above: node.id) {
      let groups = Double(update.steps) * groupsPerStep(node, update)
      return (groups * Double(rollout.groupSize), groups * perGroup)
    }
    guard let evaluation = evaluation(above: node), let items = plannedItems(of: node) else {
      return nil
    }
    guard let times = times(of: evaluation) else { return nil }
    let asked = Double(items) * Double(times)
    let arms = (evaluation.sampled?.responses ?? 0) + (evaluation.observationOnly.isEmpty ? 0 : 1)
    return (asked, asked * (Double(arms) + perGroup))
  }

  /// How often an evaluation is asked; nil where that depends on data that are not known yet.
  public func times(of evaluation: EvaluationSpecification) -> Int? {
    guard let every = evaluation.every else { return 1 }
    guard let stage = self[NodeID(evaluation.stage)], let steps = plannedSteps(of: stage) else {
      return nil
    }
    let chooses = inputs(of: stage, .choice).flatMap { inputs(of: $0, .metrics) }.contains {
      if case .evaluate(let asked) = $0.operation { asked.name == evaluation.name } else { false }
    }
    return StageLength.evaluations(within: steps, every: every, choosing: chooses)
  }

  /// The model's parameters; nil where its sizes are not known.
  public var parameterCount: Int? { (try? modelConfiguration())?.configuration.parameterCount }

  /// The optimizer steps of a stage; nil where they depend on data that are not known yet.
  public func plannedSteps(of node: TrainingNode) -> Int? {
    switch node.operation {
    case .update(let update): return update.steps
    case .supervise(let supervision):
      if case .steps(let steps) = supervision.duration { return steps }
      guard let items = inputs(of: node, .items).first,
        case .dataset(let dataset) = items.operation
      else { return nil }
      return dataset.recordCount.map {
        supervision.duration.steps(records: $0, batchSize: supervision.batchSize)
      }
    default: return nil
    }
  }

  /// How often the pipeline of a writing node writes a response at most.
  private func attempts(of node: TrainingNode) -> Int {
    for consumer in consumers(of: node.id) {
      if case .pipeline(let pipeline) = consumer.operation { return pipeline.attempts }
    }
    return 1
  }

  /// Whether a stage trains an adapter in place of the weights.
  private func isAdapted(_ stage: TrainingNode) -> Bool {
    inputs(of: stage, .weights).contains {
      if case .adapter = $0.operation { true } else { false }
    }
  }

  /// The update that the output of a rollout reaches.
  private func update(above rollout: NodeID) -> UpdateSpecification? {
    for loss in consumers(of: rollout) {
      for node in consumers(of: loss.id) {
        if case .update(let update) = node.operation { return update }
      }
    }
    return nil
  }

  /// The evaluation that the output of a rollout reaches.
  private func evaluation(above rollout: TrainingNode) -> EvaluationSpecification? {
    for segmented in consumers(of: rollout.id) {
      for node in consumers(of: segmented.id) {
        if case .evaluate(let evaluation) = node.operation { return evaluation }
      }
    }
    return nil
  }

  /// The responses that a reward is computed of.
  private func measured(by reward: TrainingNode, _ costs: [NodeID: NodeCost]) -> Double? {
    guard let segmented = inputs(of: reward, .segmented).first,
      let rollout = inputs(of: segmented, .rollouts).first, let samples = costs[rollout.id]?.samples
    else { return nil }
    for node in consumers(of: segmented.id) {
      guard case .evaluate(let evaluation) = node.operation else { continue }
      let isAskedAgain = !evaluation.observationOnly.isEmpty && isPrimary(reward, of: node)
      return isAskedAgain ? 2 * samples : samples
    }
    return samples
  }
}

extension QwenConfiguration {
  /// The number of weights, a tied head counted once.
  public var parameterCount: Int {
    parameterShapes.reduce(0) { $0 + $1.shape.reduce(1, *) }
  }
}
