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
    let settings = RunSettings(directories, console)
    for note in settings.notes { console.note("warning: \(note)") }
    let evaluations = try EvaluationComparison(directories)
    if json {
      console.print(
        try JSONOutput.text(
          CompareOutput(
            runs: directories.map(\.url.relativePath), settings: settings.comparison.rows,
            evaluations: evaluations.tables)))
    } else {
      console.print(CompareText(console: console).text(settings, evaluations))
    }
    return .success
  }
}

/// `sousvide.compare/1`
private struct CompareOutput: Encodable {
  var schema = "sousvide.compare/1"
  var runs: [String]
  var settings: [SettingsComparison.Row]
  var evaluations: [EvaluationComparison.Table]
}
