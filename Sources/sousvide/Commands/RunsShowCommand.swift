import Experiments
import Foundation

/// `sousvide runs show RUN`
struct RunsShowCommand: Command {
  private static let run = Argument<PathArgument>.positional(
    "run", help: "the name of a run, or its folder")
  private static let json = Argument<Bool>.flag("json", help: "print sousvide.runs/1")

  static let specification = CommandSpecification(
    "runs", "show", summary: "settings, stages, evaluations and files of a run",
    arguments: [run.specification, RunsArgument.specification, json.specification],
    examples: ["sousvide runs show quickstart", "sousvide runs show runs/quickstart --json"])

  let run: PathArgument
  let runs: URL
  let json: Bool

  init(_ arguments: ParsedArguments) throws {
    run = try arguments[Self.run]
    runs = try RunsArgument.folder(arguments)
    json = try arguments[Self.json]
  }

  func run(_ console: Console) async throws -> ExitCode {
    let details = try RunDetails(RunsFolder.run(run.path, in: runs))
    console.print(
      json
        ? try JSONOutput.text(RunOutput(run: details)) : RunsText(console: console).details(details)
    )
    return .success
  }
}

/// `sousvide.runs/1` of one run.
private struct RunOutput: Encodable {
  var schema = "sousvide.runs/1"
  var run: RunDetails
}
