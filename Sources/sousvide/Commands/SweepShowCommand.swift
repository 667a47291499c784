import Experiments
import Foundation
import RecipeLanguage
import TrainingGraph

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
    guard let folder = try folder(console) else { return .failure }
    let results = try SweepResults(folder)
    if json {
      console.print(try JSONOutput.text(results))
    } else {
      console.print(SweepTable(results: results, console: console).text)
    }
    return .success
  }

  /// Nil after the recipe's errors have been printed.
  private func folder(_ console: Console) throws -> SweepFolder? {
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: target.path, isDirectory: &isFolder)
    if exists, isFolder.boolValue {
      return SweepFolder(URL(fileURLWithPath: target.path, isDirectory: true))
    }
    var options = options
    options.sweepCells = 0
    let result = RecipeLoading(console: console, options: options).result(of: target)
    guard let recipe = result.recipe else {
      console.error(
        DiagnosticRenderer(files: result.files, style: console.renderStyle)
          .render(result.diagnostics))
      return nil
    }
    let graph = try Lowering.lower(recipe, facts: RecipeFacts.standard(recipe.root))
    return SweepFolder(
      named: graph.run.name, below: URL(fileURLWithPath: runs, isDirectory: true))
  }
}
