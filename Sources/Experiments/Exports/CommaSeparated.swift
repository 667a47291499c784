import Foundation
import Trainer

/// Tables as RFC 4180 has them: fields with commas, quotes or line breaks are quoted, and lines end with CR LF.
/// A number has the shortest spelling that reads back equal.
enum CommaSeparated {
  static func steps(_ steps: [StepRecord]) -> String {
    let keys = keys(steps.map(\.values))
    return table(
      [["stage", "algorithm", "step", "of"] + keys]
        + steps.map { step in
          [step.stage, step.algorithm, "\(step.step)", "\(step.of)"] + cells(step.values, keys)
        })
  }

  static func evaluations(_ records: [EvaluationRecord]) -> String {
    let keys = keys(records.map(\.values))
    return table(
      [["stage", "evaluation", "step"] + keys]
        + records.map { record in
          [record.stage, record.evaluation, "\(record.step)"] + cells(record.values, keys)
        })
  }

  static func table(_ rows: [[String]]) -> String {
    rows.map { $0.map(field).joined(separator: ",") + "\r\n" }.joined()
  }

  private static func keys(_ values: [[String: Double]]) -> [String] {
    Set(values.flatMap(\.keys)).sorted()
  }

  /// Empty where there is no value.
  private static func cells(_ values: [String: Double], _ keys: [String]) -> [String] {
    keys.map { key in values[key].map { "\($0)" } ?? "" }
  }

  private static func field(_ text: String) -> String {
    guard text.utf8.contains(where: { Array(",\"\r\n".utf8).contains($0) }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
