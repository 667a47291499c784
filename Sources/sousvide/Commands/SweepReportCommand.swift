import Experiments
import RecipeLanguage

/// `sousvide sweep report SWEEP|RECIPE`
struct SweepReportCommand: Command {
  private static let target = Argument<PathArgument>.positional(
    "recipe", placeholder: "SWEEP|RECIPE", help: "the folder of a sweep, or its recipe")
  private static let runs = Argument<PathArgument?>.optional(
    "runs", help: "folder that the sweep's folder is kept in (default: runs)")
  private static let json = Argument<Bool>.flag("json", help: "print sousvide.report/1")

  static let specification = CommandSpecification(
    "sweep", "report", summary: "write the report of a sweep",
    discussion: """
      One page without a network: the map of the cells, the best one and the plateau, lengths, signal \
      and cost, curves, responses, and where every number comes from. `sweep.csv` and `sweep.json` lie \
      beside it. Reads the sweep's files only; works while it runs.
      """,
    arguments: [target.specification, runs.specification, json.specification]
      + RecipeArguments.specifications,
    examples: [
      "sousvide sweep report runs/lab_windows.sweep",
      "sousvide sweep report recipes/lab/window_sweep.yaml",
    ])

  let target: SweepTarget
  let json: Bool

  init(_ arguments: ParsedArguments) throws {
    target = SweepTarget(
      path: try arguments[Self.target], runs: try arguments[Self.runs]?.path ?? "runs",
      options: try RecipeArguments.options(arguments))
    json = try arguments[Self.json]
  }

  func run(_ console: Console) async throws -> ExitCode {
    guard let folder = try target.folder(console) else { return .failure }
    let page = try SweepReport.write(for: folder)
    console.print(json ? try JSONOutput.text(ReportOutput(file: page.path)) : page.relativePath)
    return .success
  }
}
