import Experiments
import Foundation
import RecipeLanguage

extension RecipeRecord {
  /// What a run keeps of a checked recipe.
  init(_ recipe: CheckedRecipe) {
    var names: Set<String> = []
    let sources = recipe.sources.map { source in
      (name: Self.unused(source.name, &names), text: source.text)
    }
    self.init(text: recipe.file.text, sources: sources) { target in
      ResolvedRecipe(recipe, vocabulary: .standard, target: target.path).yaml
    }
  }

  /// Parents in different folders can have one name.
  private static func unused(_ name: String, _ names: inout Set<String>) -> String {
    let stem = name.prefix { $0 != "." }
    let end = name.dropFirst(stem.count)
    var candidate = name
    var number = 2
    while !names.insert(candidate).inserted {
      candidate = "\(stem)-\(number)\(end)"
      number += 1
    }
    return candidate
  }
}
