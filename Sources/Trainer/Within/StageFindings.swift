/// What the evaluations within a stage have found so far, as its states remember it.
struct StageFindings: Sendable, Codable, Equatable {
  /// The step at which each evaluation was last asked.
  var asked: [String: Int] = [:]
  /// The steps with a value of the metric that chooses, in order.
  var candidates: [StageSelection.Candidate] = []
  /// Whether higher values are better.
  var maximizes = true

  var best: StageSelection.Candidate? { best(to: .max) }

  /// The best of the steps up to one; of equal ones the earliest.
  func best(to step: Int) -> StageSelection.Candidate? {
    candidates.prefix { $0.step <= step }.reduce(nil) { best, candidate in
      guard let best else { return candidate }
      let isBetter = maximizes ? candidate.value > best.value : candidate.value < best.value
      return isBetter ? candidate : best
    }
  }
}
