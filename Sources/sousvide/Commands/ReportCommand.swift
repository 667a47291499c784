import Experiments
import Foundation

/// `sousvide report RUN`
struct ReportCommand: Command {
  private static let run = Argument<PathArgument>.positional(
    "run", help: "the folder of a run, such as runs/quickstart")

  static let specification = CommandSpecification(
    "report", summary: "write the report of a run again",
    discussion: "Reads the run's files only; works while the run is going on.",
    arguments: [run.specification], examples: ["sousvide report runs/quickstart"])

  let path: PathArgument

  init(_ arguments: ParsedArguments) throws {
    path = try arguments[Self.run]
  }

  func run(_ console: Console) async throws -> ExitCode {
    let run = try RunDirectory.open(at: URL(fileURLWithPath: path.path))
    console.print(try Report.write(for: run).path)
    return .success
  }
}
