import Rewards
import TrainingGraph

/// The normalize and credit nodes of one policy stage, made ready to run.
struct CreditPlan {
  let credit: Credit
  /// The scopes in the order of the graph.
  let scopes: [CreditScope]

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
    credit = try Credit(
      scopes: scopes,
      assignment: specification.rest.map { .byProcess(rest: $0) } ?? .allTokens,
      truncation: specification.truncation)
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
