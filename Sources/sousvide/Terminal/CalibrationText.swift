import Foundation
import Judges

/// A calibration for people.
struct CalibrationText {
  let console: Console
  /// Disagreements that are shown; `--json` has all.
  private static let most = 20

  func text(_ result: Calibration) -> String {
    var lines = [
      console.style("judge \(result.judge)", .bold), "  " + counts(result),
      "  agreement  " + share(result.agreement), "  kappa      " + kappa(result.kappa), "",
    ]
    lines += matrix(result)
    lines += disagreements(result)
    lines += failures(result)
    return lines.joined(separator: "\n") + "\n"
  }

  private func counts(_ result: Calibration) -> String {
    var text = "\(result.compared) of \(result.examples) examples compared"
    if result.unlabelled > 0 { text += ", \(result.unlabelled) without a label" }
    if !result.failures.isEmpty { text += ", \(result.failures.count) without a verdict" }
    return text
  }

  private func share(_ estimate: Agreement.Estimate?) -> String {
    guard let estimate else { return "nothing to compare" }
    return String(
      format: "%.1f %% (%.1f to %.1f %% with 95 %% confidence)", 100 * estimate.value,
      100 * estimate.low, 100 * estimate.high)
  }

  private func kappa(_ estimate: Agreement.Estimate?) -> String {
    guard let estimate else { return "not defined: everything has one and the same label" }
    return String(
      format: "%.3f (%.3f to %.3f)", estimate.value, estimate.low, estimate.high)
  }

  /// Rows are what people say.
  private func matrix(_ result: Calibration) -> [String] {
    guard result.compared > 0 else { return [] }
    let heading = "people \\ judge"
    let first = ([heading] + result.labels).map(\.count).max() ?? 0
    let widths = result.labels.indices.map { column in
      max(result.labels[column].count, result.confusion.map { "\($0[column])".count }.max() ?? 0)
    }
    func row(_ name: String, _ cells: [String]) -> String {
      let padded = zip(cells, widths).map { cell, width in
        String(repeating: " ", count: width - cell.count) + cell
      }
      return "  " + name + String(repeating: " ", count: first - name.count) + "  "
        + padded.joined(separator: "  ")
    }
    return [row(heading, result.labels)]
      + zip(result.labels, result.confusion).map { label, counts in
        row(label, counts.map(String.init))
      }
  }

  private func disagreements(_ result: Calibration) -> [String] {
    guard !result.disagreements.isEmpty else { return [] }
    let shown = result.disagreements.prefix(Self.most).map { disagreement in
      "  line \(disagreement.line): people say \(disagreement.label), the judge "
        + "\(disagreement.verdict)" + explanation(disagreement.explanation)
    }
    let rest = result.disagreements.count - shown.count
    return ["", console.style("disagreements", .bold)] + shown
      + (rest > 0 ? ["  and \(rest) more, which --json lists"] : [])
  }

  private func failures(_ result: Calibration) -> [String] {
    guard !result.failures.isEmpty else { return [] }
    return ["", console.style("no verdict", .bold)]
      + result.failures.prefix(Self.most).map {
        "  line \($0.line): \($0.cause.replacing("_", with: " ")): \($0.message)"
      }
  }

  private func explanation(_ text: String) -> String {
    guard !text.isEmpty else { return "" }
    let line = text.replacing("\n", with: " ")
    return ": " + (line.count > 100 ? line.prefix(99) + "…" : line[...])
  }
}
