import Experiments
import Foundation
import RecipeLanguage

extension RecipeRecord {
  /// What a run keeps of a checked recipe.
  init(_ recipe: CheckedRecipe) {
    var names: Set<String> = [RecipePlaces.name, RecipePlaces.arguments]
    let sources = recipe.sources.map { source in
      (
        name: source.path == nil ? RecipePlaces.arguments : Self.unused(source.name, &names),
        path: source.path, text: source.text
      )
    }
    self.init(text: recipe.file.text, sources: sources.map { ($0.name, $0.text) }) { target in
      ResolvedRecipe(recipe, vocabulary: .standard, target: target.path).yaml
    } places: { target in
      func place(_ path: String) -> String { Paths.relative(path, besides: target.path) }
      let placed = sources.compactMap { source in source.path.map { (source.name, $0) } }
      let arguments = sources.first { $0.path == nil }?.text
      return RecipePlaces(
        recipe: place(recipe.file.path), directory: arguments.map { _ in place("") },
        sources: Dictionary(placed.map { ($0.0, place($0.1)) }) { first, _ in first },
        overlays: arguments.map(CheckOptions.init(arguments:))?.overlays.compactMap { overlay in
          placed.first { $0.1 == overlay }?.0
        } ?? [])
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
