import RecipeLanguage
import Rewards
import TrainingGraph

/// The normalize and credit nodes of one policy stage, made ready to run.
struct CreditPlan {
  let credit: Credit
  /// The scopes in the order of the graph.
  let scopes: [CreditScope]
  /// The factor of every reward whose factor is not always 1.
  private let weights: [String: Schedule]

  init(_ graph: TrainingGraph, credit node: TrainingNode) throws {
    guard case .credit(let specification) = node.operation else {
      throw TrainerError.brokenGraph(node: node.id.path, missing: "credit assignment")
    }
    scopes = graph.inputs(of: node, .advantages).compactMap { input in
      guard case .normalize(let scope) = input.operation else { return nil }
      return CreditScope(
        name: scope.process ?? "response",
        rewards: graph.inputs(of: input, .rewards).compactMap(\.operation.rewardName),
        normalization: scope.normalization)
    }
    weights = Self.weights(below: node, in: graph)
    credit = try Credit(
      scopes: scopes,
      assignment: specification.rest.map { .byProcess(rest: $0) } ?? .allTokens,
      truncation: specification.truncation, rules: specification.rules)
  }
}

extension CreditPlan {
  /// The factors of the rewards at a step of the stage, see `Schedule.value`.
  func weights(step: Int, of steps: Int, epoch: Double?) -> [String: Double] {
    weights.mapValues { $0.value(step: step, of: steps, epoch: epoch) }
  }

  private static func weights(
    below credit: TrainingNode, in graph: TrainingGraph
  ) -> [String: Schedule] {
    var weights: [String: Schedule] = [:]
    var pending = graph.inputs(of: credit, .advantages).flatMap { graph.inputs(of: $0, .rewards) }
    while let node = pending.popLast() {
      switch node.operation {
      case .reward(let reward) where reward.weight != .constant(1):
        weights[reward.name] = reward.weight
      case .gate(let gate):
        // The first input of a gate is the reward it guards.
        pending += graph.inputs(of: node, .rewards).filter {
          $0.operation.rewardName == gate.reward
        }
      default: break
      }
    }
    return weights
  }
}

extension TrainingOperation {
  /// The reward that a reward or gate node yields.
  fileprivate var rewardName: String? {
    switch self {
    case .reward(let reward): reward.name
    case .gate(let gate): gate.reward
    default: nil
    }
  }
}
