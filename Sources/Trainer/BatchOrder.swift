import Models

/// Which records a step takes: a fresh permutation for each pass over the data, a function of the
/// seed and the step alone, so that a resumed run goes on with the same records.
struct BatchOrder {
  let candidates: [Int]
  let batchSize: Int
  let seed: UInt64
  let stream: String

  /// The records of step `step`, counted from 0.
  func batch(_ step: Int) -> [Int] {
    (step * batchSize..<(step + 1) * batchSize).map { position in
      permutation(pass: position / candidates.count)[position % candidates.count]
    }
  }

  private func permutation(pass: Int) -> [Int] {
    var generator = Philox(seed: seed, stream: "\(stream)/pass \(pass)")
    return generator.shuffled(candidates)
  }
}
