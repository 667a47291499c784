import Experiments
import Foundation
import Trainer

/// `sousvide runs gc`
struct RunsCollectCommand: Command {
  private static let dryRun = Argument<Bool>.flag("dry-run", help: "only say what would go")
  private static let json = Argument<Bool>.flag("json", help: "print sousvide.runs/1")

  static let specification = CommandSpecification(
    "runs", "gc", summary: "remove what no run needs",
    discussion: """
      States of finished runs, files that killed processes have left half-written, runs that were being \
      removed, and runs in the folder of a sweep that are none of its trials, unless a trial has taken a \
      stage from them. Checkpoints, results, traces and the answers of judges stay, and all that a \
      process works on.
      """,
    arguments: [RunsArgument.specification, dryRun.specification, json.specification],
    examples: ["sousvide runs gc --dry-run"])

  let runs: URL
  let dryRun: Bool
  let json: Bool

  init(_ arguments: ParsedArguments) throws {
    runs = try RunsArgument.folder(arguments)
    dryRun = try arguments[Self.dryRun]
    json = try arguments[Self.json]
  }

  func run(_ console: Console) async throws -> ExitCode {
    let folder = try RunsFolder(runs)
    let found = folder.garbage()
    let items = dryRun ? found : try folder.collect(found)
    let bytes = items.reduce(0) { $0 + $1.bytes }
    if json {
      console.print(
        try JSONOutput.text(GarbageOutput(isDryRun: dryRun, garbage: items, bytes: bytes)))
      return .success
    }
    let table = TextTable(
      header: ["", "", ""],
      rows: items.map { [$0.kind.rawValue, $0.path, ForecastText.bytes($0.bytes)] }, numbers: [2])
    if !items.isEmpty { console.print(table.lines(console).joined(separator: "\n")) }
    console.print("\(dryRun ? "would remove" : "removed") \(ForecastText.bytes(bytes))")
    return .success
  }
}

/// `sousvide.runs/1` of a collection.
private struct GarbageOutput: Encodable {
  var schema = "sousvide.runs/1"
  var isDryRun: Bool
  var garbage: [Garbage]
  var bytes: Int
}
