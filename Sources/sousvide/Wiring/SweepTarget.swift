import Experiments
import Foundation
import RecipeLanguage
import TrainingGraph

/// A sweep as a person names it: by its folder, or by the recipe that it is made from.
struct SweepTarget {
  let path: PathArgument
  /// The folder that sweeps' folders are kept in.
  let runs: String
  let options: CheckOptions

  /// Nil after the recipe's errors have been printed.
  func folder(_ console: Console) throws -> SweepFolder? {
    var isFolder: ObjCBool = false
    let exists = FileManager.default.fileExists(atPath: path.path, isDirectory: &isFolder)
    if exists, isFolder.boolValue {
      return SweepFolder(URL(fileURLWithPath: path.path, isDirectory: true))
    }
    var options = options
    options.sweepCells = 0
    let result = RecipeLoading(console: console, options: options).result(of: path)
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
