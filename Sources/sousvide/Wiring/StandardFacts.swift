import ClipWorld
import RecipeLanguage
import Retrieval
import Rewards
import TrainingGraph

extension RecipeFacts {
  /// With every kind of data that this build knows.
  static func standard(_ root: Record) -> RecipeFacts {
    let kinds: [String: RecipeFacts.DataKind] = [
      ClipWorldDataKind.schema.name: { ClipWorldFacts($0) },
      RecordsDataKind.schema.name: { RecordsDataKind.facts($0) },
    ]
    guard let retrieval = root.optionalRecord("retrieval") else {
      return RecipeFacts(root, kinds: kinds)
    }
    return RecipeFacts(
      root,
      kinds: kinds.mapValues { facts in { RetrievingFacts(facts($0), retrieval) } })
  }
}

extension CheckOptions {
  /// Checking with the files that a recipe names.
  static var standard: CheckOptions { CheckOptions(facts: { RecipeFacts.standard($0) }) }
}
