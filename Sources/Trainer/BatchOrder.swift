import Models

/// Which records a step takes: a fresh permutation for each pass over the data, a function of the
/// seed and the step alone, so that a resumed run goes on with the same records.
struct BatchOrder {
  let candidates: [Int]
  let batchSize: Int
  let seed: UInt64
  let stream: String

  /// The records of step `step`, counted from 0. A batch may end one pass and begin the next.
  func batch(_ step: Int) -> [Int] {
    let first = step * batchSize
    let last = first + batchSize - 1
    let passes = first / candidates.count...last / candidates.count
    return Array(
      passes.flatMap(permutation).dropFirst(first % candidates.count).prefix(batchSize))
  }

  private func permutation(pass: Int) -> [Int] {
    var generator = Philox(seed: seed, stream: "\(stream)/pass \(pass)")
    return generator.shuffled(candidates)
  }
}
