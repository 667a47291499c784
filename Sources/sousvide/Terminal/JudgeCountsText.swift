import Foundation
import Judges

/// What asking a judge came to, on one line.
enum JudgeCountsText {
  /// "judge sufficiency: 120 asked, 30 from earlier answers, 2 without a verdict (timeout 2), 0.53 USD"
  static func line(_ name: String, _ counts: JudgeCounts) -> String {
    var parts = ["\(counts.asked) asked"]
    if counts.replayed > 0 { parts.append("\(counts.replayed) from earlier answers") }
    let failed = counts.failures.values.reduce(0, +)
    if failed > 0 { parts.append("\(failed) without a verdict (\(causes(counts.failures)))") }
    if counts.repeatedAttempts > 0 { parts.append("\(counts.repeatedAttempts) attempts repeated") }
    if counts.waited >= 1 { parts.append(String(format: "%.0f s waited", counts.waited)) }
    if counts.cost > 0 { parts.append(String(format: "%.2f USD", counts.cost)) }
    return "judge \(name): " + parts.joined(separator: ", ")
  }

  private static func causes(_ counts: [String: Int]) -> String {
    counts.sorted { $0.key < $1.key }
      .map { "\($0.key.replacing("_", with: " ")) \($0.value)" }.joined(separator: ", ")
  }
}
