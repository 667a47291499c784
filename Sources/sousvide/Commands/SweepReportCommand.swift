import Experiments
import RecipeLanguage

/// `sousvide sweep report SWEEP|RECIPE`
struct SweepReportCommand: Command {
  private static let target = Argument<PathArgument>.positional(
    "recipe", placeholder: "SWEEP|RECIPE", help: "the folder of a sweep, or its recipe")
  private static let runs = Argument<PathArgument?>.optional(
    "runs", help: "folder that the sweep's folder is kept in (default: runs)")

  static let specification = CommandSpecification(
    "sweep", "report", summary: "write the report of a sweep",
    discussion: """
      One page without a network: the map of the cells, the best one and the plateau, lengths, signal \
      and cost, curves, responses, and where every number comes from. `sweep.csv` and `sweep.json` lie \
      beside it. Reads the sweep's files only; works while it runs.
      """,
    arguments: [target.specification, runs.specification] + RecipeArguments.specifications,
    examples: [
      "sousvide sweep report runs/lab_windows.sweep",
      "sousvide sweep report recipes/lab/window_sweep.yaml",
    ])

  let target: SweepTarget

  init(_ arguments: ParsedArguments) throws {
    target = SweepTarget(
      path: try arguments[Self.target], runs: try arguments[Self.runs]?.path ?? "runs",
      options: try RecipeArguments.options(arguments))
  }

  func run(_ console: Console) async throws -> ExitCode {
    guard let folder = try target.folder(console) else { return .failure }
    console.print(try SweepReport.write(for: folder).relativePath)
    return .success
  }
}
