import Foundation

/// Whether two cells answer the same questions differently well.
///
/// Differences are taken question by question, averaged over the seeds that both cells have: what makes
/// a question hard is the same for both, and drops out (Miller 2024, arXiv 2411.00640, section 4).
/// The test speaks of further questions, for these seeds.
public struct PairedTest: Sendable, Codable, Hashable {
  /// Mean of first minus second.
  public var difference: Double
  /// Questions that both answered.
  public var questions: Int
  /// Two-sided, of the mean difference over its standard error as a standard normal.
  public var probability: Double

  /// - Parameters:
  ///   - first: for every seed that both have, what every question earned, by question.
  ///   - second: the same of the other cell, in the same order.
  /// - Returns: nil where no question was answered by both.
  public init?(_ first: [[Int: Double]], _ second: [[Int: Double]]) {
    var sums: [Int: (sum: Double, count: Int)] = [:]
    for (a, b) in zip(first, second) {
      for (question, value) in a {
        guard let other = b[question] else { continue }
        let old = sums[question] ?? (0, 0)
        sums[question] = (old.sum + value - other, old.count + 1)
      }
    }
    guard !sums.isEmpty else { return nil }
    let differences = sums.keys.sorted().compactMap { question in
      sums[question].map { $0.sum / Double($0.count) }
    }
    let size = Double(differences.count)
    let mean = differences.reduce(0, +) / size
    difference = mean
    questions = differences.count
    let squares = differences.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let error = size > 1 ? (squares / (size - 1) / size).squareRoot() : .infinity
    probability =
      if mean == 0 { 1 } else if error == 0 { 0 } else {
        erfc(abs(mean) / error / 2.0.squareRoot())
      }
  }

  /// Which of several hypotheses are rejected at `level` all together (Holm 1979): by rising
  /// probability, the k-th of m against `level / (m - k + 1)`, up to the first that is not.
  public static func rejected(_ probabilities: [Double], level: Double = 0.05) -> [Bool] {
    var rejected = [Bool](repeating: false, count: probabilities.count)
    let order = probabilities.indices.sorted { probabilities[$0] < probabilities[$1] }
    for (rank, index) in order.enumerated() {
      guard probabilities[index] <= level / Double(probabilities.count - rank) else { break }
      rejected[index] = true
    }
    return rejected
  }
}
