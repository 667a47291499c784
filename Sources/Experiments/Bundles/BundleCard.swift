import Foundation
import Trainer

/// The bundle's `README.md`: a model card, and the commands that check and repeat the run.
struct BundleCard {
  let title: String
  let markdown: String

  init(
    _ run: RunDirectory, _ description: RunBundle.Description, hasWeights: Bool, hasData: Bool
  ) throws {
    // Not the archive's own name: what it is called does not change its bytes.
    let file = "\(run.name).zip"
    let summary = try run.read(RunSummary.self, from: .summary)
    title = summary?.title ?? run.name
    var last: [(key: String, values: [String: Double])] = []
    for evaluation in try run.metrics().evaluations {
      let key = "\(evaluation.evaluation) after \(evaluation.stage)"
      last.removeAll { $0.key == key }
      last.append((key, evaluation.values))
    }
    let names = Set(last.flatMap { $0.values.keys }).filter { !$0.contains("/") }.sorted()
    var lines = ["---", "library_name: sousvide", "tags: [reinforcement-learning, reproducible]"]
    if let base = description.baseModel { lines.append("base_model: \(Self.quoted(base))") }
    if !description.datasets.isEmpty {
      lines += ["datasets:"] + description.datasets.map { "- \(Self.quoted($0))" }
    }
    if !names.isEmpty { lines += ["metrics:"] + names.map { "- \(Self.quoted($0))" } }
    lines += ["---", "", "# \(title)", ""]
    for cite in summary?.cites ?? [] { lines.append("- \(cite)") }
    if let stages = summary?.stages {
      lines += ["", "| stage | algorithm | steps | SHA-256 of what it made |", "|---|---|---|---|"]
      lines += stages.map {
        "| \($0.name) | \($0.algorithm) | \($0.steps) | \($0.checkpointDigest ?? "") |"
      }
      for stage in stages {
        guard let choice = stage.choice else { continue }
        lines += ["", "The result of \(stage.name) is \(choice). \(StageSelection.caution)"]
      }
    }
    if !last.isEmpty {
      lines += ["", "| evaluation | metric | value |", "|---|---|---|"]
      for (key, values) in last {
        lines += names.compactMap { name in values[name].map { "| \(key) | \(name) | \($0) |" } }
      }
    }
    let weights =
      hasWeights
      ? "Checkpoints are in `checkpoints/`."
      : "Checkpoints are known by their digests in the manifest."
    let data = hasData ? " Data that are not generated are in `data/`." : ""
    lines += [
      "", "\(weights)\(data) Check everything, then compute again what the run recorded:", "",
      "```",
      "sousvide bundle verify \(file)", "sousvide bundle import \(file) --into runs/\(run.name)",
      "sousvide replay runs/\(run.name) --tier rescore",
      "sousvide replay runs/\(run.name) --tier rerun", "```", "",
    ]
    markdown = lines.joined(separator: "\n")
  }

  /// As YAML and JSON write a text.
  private static func quoted(_ text: String) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return (try? encoder.encode(text)).map { String(decoding: $0, as: UTF8.self) } ?? "\"\""
  }
}
