import Foundation

/// Chooses one token from a row of logits.
///
/// Ties go to the lowest id everywhere, so the choice is a function of the logits, the settings and
/// one number in [0, 1). Keeps its scratch memory between rows.
struct TokenSampler {
  private let settings: SamplingSettings
  private var weights: [Float] = []
  private var candidates: [Int] = []

  init(_ settings: SamplingSettings) {
    self.settings = settings
  }

  /// The chosen token, or nil when the logits are not finite.
  mutating func choose(_ logits: UnsafeBufferPointer<Float>, uniform: Double) -> Int? {
    guard let best = Self.mostLikely(logits) else { return nil }
    guard settings.temperature > 0 else { return best }
    let total = weigh(logits, maximum: logits[best])
    guard total.isFinite else { return nil }
    if settings.topK > 0 || settings.topP < 1 {
      let kept = keepNucleus(of: keepCandidates(total: total))
      return Self.draw(candidates, weights: weights, total: kept, uniform: uniform)
    }
    return Self.draw(weights.indices, weights: weights, total: total, uniform: uniform)
  }

  /// The lowest id among the largest logits; nil when a logit is NaN or the largest one is
  /// infinite.
  static func mostLikely(_ logits: UnsafeBufferPointer<Float>) -> Int? {
    var best = 0
    var isOrdered = true
    for id in logits.indices {
      isOrdered = isOrdered && !logits[id].isNaN
      if logits[id] > logits[best] { best = id }
    }
    guard isOrdered, !logits.isEmpty, logits[best].isFinite else { return nil }
    return best
  }

  /// Fills `weights` with exp((logit - maximum) / temperature) and returns their sum.
  private mutating func weigh(_ logits: UnsafeBufferPointer<Float>, maximum: Float) -> Double {
    if weights.count != logits.count { weights = [Float](repeating: 0, count: logits.count) }
    let inverse = Float(1 / settings.temperature)
    var total = 0.0
    for id in logits.indices {
      let weight = Foundation.expf((logits[id] - maximum) * inverse)
      weights[id] = weight
      total += Double(weight)
    }
    return total
  }

  /// Fills `candidates`, most likely first, and returns the weight of which the nucleus is a part.
  private mutating func keepCandidates(total: Double) -> Double {
    guard settings.topK > 0 else {
      keepPlausible(total: total)
      return total
    }
    candidates = weights.withUnsafeBufferPointer { Self.largest(settings.topK, of: $0) }
    return candidates.reduce(0) { $0 + Double(weights[$1]) }
  }

  /// The ids of the `count` largest values, largest first, lower ids first among equals.
  static func largest(_ count: Int, of values: UnsafeBufferPointer<Float>) -> [Int] {
    var found: [Int] = []
    for id in values.indices {
      let value = values[id]
      if found.count == count {
        guard let least = found.last, value > values[least] else { continue }
        found.removeLast()
      }
      var low = 0
      var high = found.count
      while low < high {
        let middle = (low + high) / 2
        if values[found[middle]] >= value { low = middle + 1 } else { high = middle }
      }
      found.insert(id, at: low)
    }
    return found
  }

  /// Sets `candidates` to a sorted superset of the nucleus: all weights below (1 - topP) / count of
  /// the total sum to less than 1 - topP, so the nucleus is complete without them.
  private mutating func keepPlausible(total: Double) {
    let least = (1 - settings.topP) * total / Double(weights.count) * 0.999
    candidates.removeAll(keepingCapacity: true)
    for id in weights.indices where Double(weights[id]) >= least { candidates.append(id) }
    candidates.sort { weights[$0] > weights[$1] || (weights[$0] == weights[$1] && $0 < $1) }
  }

  /// Cuts `candidates` to the shortest prefix that holds `topP` of `total`; returns the weight of
  /// the prefix.
  ///
  /// Source: Holtzman et al., "The curious case of neural text degeneration", arXiv:1904.09751,
  /// section 3.1.
  private mutating func keepNucleus(of total: Double) -> Double {
    let enough = settings.topP * total
    var kept = 0.0
    for (index, id) in candidates.enumerated() {
      kept += Double(weights[id])
      if kept >= enough {
        candidates.removeSubrange((index + 1)...)
        break
      }
    }
    return kept
  }

  /// The first id at which the running sum of the weights passes `uniform` of the total.
  private static func draw(
    _ ids: some Sequence<Int>, weights: [Float], total: Double, uniform: Double
  ) -> Int? {
    let threshold = uniform * total
    var sum = 0.0
    var last: Int?
    for id in ids where weights[id] > 0 {
      sum += Double(weights[id])
      if sum > threshold { return id }
      last = id
    }
    return last
  }
}
