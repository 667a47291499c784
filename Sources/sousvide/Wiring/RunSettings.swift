import Experiments
import RecipeLanguage

/// What the recipes of several runs mean differently, and which of them cannot be read.
struct RunSettings {
  let comparison: SettingsComparison
  /// Why recipes cannot be compared.
  private(set) var notes: [String] = []

  init(_ runs: [RunDirectory], _ console: Console) {
    let loading = RecipeLoading(console: console, showsWarnings: false)
    var notes: [String] = []
    let recipes = runs.map { run -> CheckResult? in
      let file = run.url(of: run.contains(.resolved) ? .resolved : .recipe)
      let result = PathArgument(argument: file.path).map(loading.result)
      if let result, result.recipe != nil { return result }
      notes.append(
        "the settings of \(run.name) are not compared, because its recipe has errors; see: "
          + "sousvide check \(file.relativePath)")
      return nil
    }
    comparison = SettingsComparison(recipes, vocabulary: .standard)
    self.notes = notes
  }
}
