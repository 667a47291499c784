import Experiments
import Foundation

/// `sousvide runs`
struct RunsCommand: Command {
  static let specification = CommandSpecification(
    "runs", summary: "list the runs that there are",
    discussion: RunsListCommand.discussion
      + " `runs show RUN` says all of one, `runs rm RUN...` removes some, `runs gc` what no run needs.",
    arguments: RunsListCommand.arguments,
    examples: ["sousvide runs", "sousvide runs show quickstart"])

  let list: RunsListCommand

  init(_ arguments: ParsedArguments) throws {
    list = try RunsListCommand(arguments)
  }

  func run(_ console: Console) async throws -> ExitCode { try await list.run(console) }
}

/// `sousvide runs ls`
struct RunsListCommand: Command {
  private static let all = Argument<Bool>.flag("all", help: "the trials of sweeps, too")
  private static let json = Argument<Bool>.flag("json", help: "print sousvide.runs/1")

  static let arguments = [RunsArgument.specification, all.specification, json.specification]
  static let discussion = """
    A run is running while a process holds its lock; one that says so without was killed. The number is \
    the first metric of the last evaluation. The list is kept in `index.sqlite` and made anew from the \
    runs' own files where they have changed.
    """

  static let specification = CommandSpecification(
    "runs", "ls", summary: "the same as `runs`", discussion: discussion, arguments: arguments,
    examples: ["sousvide runs ls --all", "sousvide runs ls --runs elsewhere/runs --json"])

  let runs: URL
  let all: Bool
  let json: Bool

  init(_ arguments: ParsedArguments) throws {
    runs = try RunsArgument.folder(arguments)
    all = try arguments[Self.all]
    json = try arguments[Self.json]
  }

  func run(_ console: Console) async throws -> ExitCode {
    let entries = try RunsFolder(runs).entries(inSweeps: all)
    if json {
      console.print(try JSONOutput.text(RunsOutput(runs: entries)))
    } else if entries.isEmpty {
      console.print("no runs in '\(runs.relativePath)'")
    } else {
      console.print(RunsText(console: console).list(entries))
    }
    return .success
  }
}

/// `sousvide.runs/1` of a list.
private struct RunsOutput: Encodable {
  var schema = "sousvide.runs/1"
  var runs: [RunEntry]
}
