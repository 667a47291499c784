import Experiments
import RecipeLanguage

/// `sousvide sweep show SWEEP|RECIPE`
struct SweepShowCommand: Command {
  private static let target = Argument<PathArgument>.positional(
    "recipe", placeholder: "SWEEP|RECIPE", help: "the folder of a sweep, or its recipe")
  private static let runs = Argument<PathArgument?>.optional(
    "runs", help: "folder that the sweep's folder is kept in (default: runs)")
  private static let json = Argument<Bool>.flag("json", help: "print sousvide.sweep/1")

  static let specification = CommandSpecification(
    "sweep", "show", summary: "what the runs of a sweep have found so far",
    discussion: """
      Every cell with its mean over the seeds and the 95 % interval, best first, and a map where the \
      sweep varies the ends of a window or two params. Nothing that runs is disturbed.
      """,
    arguments: [target.specification, runs.specification, json.specification]
      + RecipeArguments.specifications,
    examples: [
      "sousvide sweep show runs/lab_windows.sweep",
      "sousvide sweep show recipes/lab/window_sweep.yaml",
    ])

  let target: PathArgument
  let runs: String
  let json: Bool
  let options: CheckOptions

  init(_ arguments: ParsedArguments) throws {
    target = try arguments[Self.target]
    runs = try arguments[Self.runs]?.path ?? "runs"
    json = try arguments[Self.json]
    options = try RecipeArguments.options(arguments)
  }

  func run(_ console: Console) async throws -> ExitCode {
    let named = SweepTarget(path: target, runs: runs, options: options)
    guard let folder = try named.folder(console) else { return .failure }
    let results = try SweepResults(folder)
    if json {
      console.print(try JSONOutput.text(results))
    } else {
      console.print(SweepTable(results: results, console: console).text)
    }
    return .success
  }
}
