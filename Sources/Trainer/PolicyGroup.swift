import Models
import Rewards
import TrainingGraph

/// One group of a batch as an update sees it.
struct PolicyGroup {
  var prompt: Prompt
  var rollouts: [Rollout]
  /// Per response and token, as all below: the declared segment it belongs to.
  var parts: [[ResponsePart]]
  var processes: [[String?]]
  var advantages: [[Double]]
  /// The parts of the responses that stay out of the loss.
  var withheld: Set<String>
  var weights: [[Double]] = []
  var klWeights: [[Double]] = []

  /// Whether the group's gradient can be other than exactly zero.
  var hasSignal: Bool {
    advantages.contains { $0.contains { $0 != 0 } }
      || klWeights.contains { $0.contains { $0 != 0 } }
  }
}

extension [PolicyGroup] {
  /// The groups in order as `count` parts of equal size, give or take one; never an empty part.
  func minibatches(_ count: Int) -> [[PolicyGroup]] {
    let parts = Swift.max(1, Swift.min(count, self.count))
    return (0..<parts).map { Array(self[$0 * self.count / parts..<($0 + 1) * self.count / parts]) }
  }

  /// The groups of one update with the averaging weights of every token: of the policy loss, and of
  /// the KL term times its coefficient.
  ///
  /// - Parameters:
  ///   - beta: the KL coefficient.
  ///   - batchTokens: tokens of the whole batch, which these groups are part of.
  func weighted(_ loss: LossSpecification, beta: Double, batchTokens: Int) throws -> [PolicyGroup] {
    let sequences = flatMap(\.processes)
    func weights(_ averaging: Averaging) throws -> [[Double]] {
      try averaging.weights(
        sequences, maximumLength: loss.maximumLength,
        divisor: averaging == .batch ? Double(batchTokens) : nil)
    }
    let (losses, means) = (try weights(loss.averaging), try weights(loss.kl.averaging))
    var position = 0
    return map { group in
      let range = position..<position + group.processes.count
      position = range.upperBound
      var group = group
      group.weights = group.silencing(losses[range])
      group.klWeights = group.silencing(means[range].map { $0.map { beta * $0 } })
      return group
    }
  }

  /// The groups of every forward and backward pass of an update, see `Passes`.
  func passes(bound: Int?) -> [[PolicyGroup]] {
    let sizes = map {
      Passes.Group(prompt: $0.prompt.tokens.count, responses: $0.rollouts.map(\.tokens.count))
    }
    return Passes.split(sizes, bound: bound).map { $0.map { self[$0.group].part($0.responses) } }
  }

  var tokenCount: Int { reduce(0) { $0 + $1.rollouts.reduce(0) { $0 + $1.tokens.count } } }
}

extension PolicyGroup {
  /// The group with some of its responses.
  fileprivate func part(_ responses: Range<Int>) -> PolicyGroup {
    var part = self
    part.rollouts = Array(rollouts[responses])
    part.parts = Array(parts[responses])
    part.processes = Array(processes[responses])
    part.advantages = Array(advantages[responses])
    part.weights = Array(weights[responses])
    part.klWeights = Array(klWeights[responses])
    return part
  }

  /// The weights with those of the tokens that stay out of the loss set to 0.
  fileprivate func silencing(_ weights: some Collection<[Double]>) -> [[Double]] {
    guard !withheld.isEmpty else { return Array(weights) }
    return zip(weights, processes).map { weights, processes in
      zip(weights, processes).map { withheld.contains($1 ?? Credit.rest) ? 0 : $0 }
    }
  }
}
