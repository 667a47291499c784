import Experiments
import Foundation
import Trainer

/// `sousvide runs rm RUN...`
struct RunsRemoveCommand: Command {
  private static let names = Argument<[PathArgument]>.positionals(
    "run", help: "the names of runs, or their folders")
  private static let yes = Argument<Bool>.flag("yes", short: "y", help: "without being asked")
  private static let json = Argument<Bool>.flag("json", help: "print sousvide.runs/1")

  static let specification = CommandSpecification(
    "runs", "rm", summary: "remove runs, and say which others have taken stages from them",
    discussion: """
      Asks on a terminal, and needs --yes elsewhere. A run that a process writes is refused, and then \
      none is removed. A run whose stages others have taken over can be removed: what they have found \
      stays, but replaying or evaluating them makes those stages again.
      """,
    arguments: [
      names.specification, RunsArgument.specification, yes.specification, json.specification,
    ],
    examples: ["sousvide runs rm quickstart-2", "sousvide runs rm mine mine-2 --yes"])

  let names: [PathArgument]
  let runs: URL
  let yes: Bool
  let json: Bool

  init(_ arguments: ParsedArguments) throws {
    names = try arguments[Self.names]
    runs = try RunsArgument.folder(arguments)
    yes = try arguments[Self.yes]
    json = try arguments[Self.json]
  }

  func run(_ console: Console) async throws -> ExitCode {
    let removal = try RunRemoval(names.map { try RunsFolder.run($0.path, in: runs) })
    if !json {
      for run in removal.runs {
        console.print("\(run.url.relativePath)  \(ForecastText.bytes(run.bytes))")
      }
      for stage in removal.dependants {
        console.print(
          "note: \(stage.run) has taken its stage \(stage.stage) from there, and it is nowhere else"
        )
      }
    }
    guard try yes || isConfirmed(removal, console) else {
      console.note("nothing is removed")
      return .failure
    }
    try removal.perform()
    if json {
      console.print(try JSONOutput.text(RemovalOutput(removal)))
    } else {
      console.print("removed \(ForecastText.bytes(removal.bytes))")
    }
    return .success
  }

  private func isConfirmed(_ removal: RunRemoval, _ console: Console) throws -> Bool {
    console.error("remove this for good? [y/N] ")
    guard let answer = console.answer() else {
      console.error("\n")
      throw UsageError(
        message: "nobody can be asked here", help: "`--yes` removes without asking",
        command: Self.specification.words)
    }
    return ["y", "yes"].contains(answer.trimmingCharacters(in: .whitespaces).lowercased())
  }
}

/// `sousvide.runs/1` of a removal.
private struct RemovalOutput: Encodable {
  struct Run: Encodable {
    var path: String
    var bytes: Int
  }

  var schema = "sousvide.runs/1"
  var removed: [Run]
  var dependants: [TakenStage]
  var bytes: Int

  init(_ removal: RunRemoval) {
    removed = removal.runs.map { Run(path: $0.url.relativePath, bytes: $0.bytes) }
    dependants = removal.dependants
    bytes = removal.bytes
  }
}
