import Experiments
import Foundation
import RecipeLanguage
import TrainingGraph

/// What a run executed, as far as its folder says it, with the data that came along with it.
struct RunRecipe {
  let recipe: CheckedRecipe
  let graph: TrainingGraph
  /// Whether paths are spelled as they were, so that the digests of data from files are the run's own.
  let isAsWritten: Bool

  /// Nil after the errors of the recipe have been printed.
  init?(_ run: RunDirectory, _ console: Console) throws {
    let file = run.url(of: run.contains(.resolved) ? .resolved : .recipe)
    guard let path = PathArgument(argument: file.path),
      let resolved = RecipeLoading(console: console, showsWarnings: false).check(path).recipe
    else { return nil }
    // The resolved recipe is what was run; what it was made of spells paths as it did.
    let kept = try KeptRecipe(run)
    let isKept = try kept?.comparison()?.differences.isEmpty ?? false
    let written = isKept ? kept?.recipe : nil
    isAsWritten = written != nil
    recipe = (written ?? resolved).relocated(to: try run.dataPlaces())
    graph = try Lowering.lower(recipe, facts: RecipeFacts.standard(recipe.root))
  }
}

extension CheckedRecipe {
  /// The same with data that came along with a run.
  func relocated(to places: [String: URL]) -> CheckedRecipe {
    places.isEmpty ? self : relocated { setting, path in places[setting]?.path ?? path }
  }
}
