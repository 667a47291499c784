import ClipWorld
import RecipeLanguage
import TrainingGraph

extension RecipeFacts {
  /// With every kind of data that this build knows.
  static func standard(_ root: Record) -> RecipeFacts {
    RecipeFacts(
      root,
      kinds: [
        ClipWorldDataKind.schema.name: { ClipWorldFacts($0) },
        RecordsDataKind.schema.name: { RecordsDataKind.facts($0) },
      ])
  }
}

extension CheckOptions {
  /// Checking with the files that a recipe names.
  static var standard: CheckOptions { CheckOptions(facts: { RecipeFacts.standard($0) }) }
}
