import Experiments
import Foundation
import RecipeLanguage

/// `sousvide compare A B ...`
struct CompareCommand: Command {
  private static let names = Argument<[PathArgument]>.positionals(
    "run",
    help:
      "the names of two runs or more, or their folders; the first is what others are compared with")
  private static let json = Argument<Bool>.flag("json", help: "print sousvide.compare/1")

  static let specification = CommandSpecification(
    "compare", summary: "settings and results of runs side by side",
    discussion: """
      Settings are compared by what they mean, as `diff` does. Metrics come with 95 % intervals; differences \
      are taken question by question over the questions that both runs answered, with McNemar's exact test \
      for shares and a paired normal test for other scores. Where no responses are kept, values alone are \
      shown.
      """,
    arguments: [names.specification, RunsArgument.specification, json.specification],
    examples: ["sousvide compare quickstart quickstart_grpo", "sousvide compare a b c --json"])

  let names: [PathArgument]
  let runs: URL
  let json: Bool

  init(_ arguments: ParsedArguments) throws {
    names = try arguments[Self.names]
    runs = try RunsArgument.folder(arguments)
    json = try arguments[Self.json]
    guard names.count > 1 else {
      throw UsageError(
        message: "one run is not enough to compare", command: Self.specification.words)
    }
  }

  func run(_ console: Console) async throws -> ExitCode {
    let directories = try names.map { try RunsFolder.run($0.path, in: runs) }
    let settings = RunSettingsComparison(directories, console)
    for note in settings.notes { console.note("warning: \(note)") }
    let evaluations = try EvaluationComparison(directories)
    if json {
      console.print(
        try JSONOutput.text(
          CompareOutput(
            runs: directories.map(\.url.relativePath), settings: settings.rows,
            evaluations: evaluations.tables)))
    } else {
      console.print(CompareText(console: console).text(settings, evaluations))
    }
    return .success
  }
}

/// What recipes of several runs mean differently.
struct RunSettingsComparison {
  struct Row: Encodable {
    var path: String
    /// Whether results can differ for it.
    var changesResults: Bool
    /// As a recipe would write them, by run; nil where a run has no such setting.
    var values: [String?]
  }

  private(set) var rows: [Row] = []
  /// Why recipes cannot be compared.
  private(set) var notes: [String] = []

  init(_ runs: [RunDirectory], _ console: Console) {
    let loading = RecipeLoading(console: console, showsWarnings: false)
    let results = runs.map { run -> CheckResult? in
      let file = run.url(of: run.contains(.resolved) ? .resolved : .recipe)
      let result = PathArgument(argument: file.path).map(loading.result)
      if let result, result.recipe != nil { return result }
      notes.append(
        "the settings of \(run.name) are not compared, because its recipe has errors; see: "
          + "sousvide check \(file.relativePath)")
      return nil
    }
    guard let first = results.first ?? nil else { return }
    var order: [String] = []
    var found: [String: Row] = [:]
    for (index, result) in results.enumerated().dropFirst() {
      guard let result else { continue }
      for difference in RecipeComparison(first, result, vocabulary: .standard).differences {
        if found[difference.path] == nil { order.append(difference.path) }
        var row =
          found[difference.path]
          ?? Row(
            path: difference.path, changesResults: false,
            values: results.map { $0 == nil ? nil : difference.old?.value })
        row.values[index] = difference.new?.value
        row.changesResults = row.changesResults || difference.changesResults
        found[difference.path] = row
      }
    }
    rows = order.compactMap { found[$0] }
  }
}

/// `sousvide.compare/1`
private struct CompareOutput: Encodable {
  var schema = "sousvide.compare/1"
  var runs: [String]
  var settings: [RunSettingsComparison.Row]
  var evaluations: [EvaluationComparison.Table]
}
