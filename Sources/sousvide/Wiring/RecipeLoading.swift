import Foundation
import RecipeLanguage
import TrainingGraph

/// Reads, checks and lowers a recipe, telling what is wrong with it.
struct RecipeLoading {
  let console: Console

  /// The checked recipe; nil after its errors have been printed. Warnings are printed too.
  func check(_ path: PathArgument) -> (recipe: CheckedRecipe?, result: CheckResult) {
    let result = RecipeChecker.check(
      file: URL(fileURLWithPath: path.path), vocabulary: .standard)
    if !result.diagnostics.isEmpty {
      let renderer = DiagnosticRenderer(files: result.files, colour: console.usesColour)
      console.error(renderer.render(result.diagnostics))
    }
    return (result.recipe, result)
  }

  /// The training graph; nil after the recipe's errors have been printed.
  func graph(_ path: PathArgument) throws -> (recipe: CheckedRecipe, graph: TrainingGraph)? {
    guard let recipe = check(path).recipe else { return nil }
    return (recipe, try Lowering.lower(recipe))
  }
}
