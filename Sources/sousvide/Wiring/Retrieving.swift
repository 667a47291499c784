import ClipWorld
import Foundation
import RecipeLanguage
import Retrieval
import Rewards
import Synchronization
import Trainer
import TrainingGraph

/// Data of any kind, with passages for every record where the recipe retrieves some.
struct RetrievingSource: DataSource {
  let data: any DataSource
  let indexes: PassageIndexes

  func load(_ dataset: DatasetSpecification) throws -> LoadedDataset {
    var loaded = try data.load(dataset)
    guard let retrieval = dataset.retrieval else { return loaded }
    let folder: URL =
      switch retrieval.collection {
      case .file(let path): URL(fileURLWithPath: path)
      // Checked: of the kinds of data only worlds bring texts along.
      case .data: try PriceLists.folder(besideWorld: loaded.folders.media)
      }
    loaded.records = try PassageRetrieval(
      indexes.index(of: folder), query: retrieval.query, count: retrieval.passages
    ).adding(to: loaded.records)
    return loaded
  }

  func blindAccuracy(_ records: [DataRecord]) -> Double? { data.blindAccuracy(records) }
}

/// Indexes of the text collections of a run, made when they are first needed.
final class PassageIndexes: Sendable {
  private let made = Mutex<[String: PassageIndex]>([:])

  func index(of folder: URL) throws -> PassageIndex {
    try made.withLock { made in
      if let known = made[folder.path] { return known }
      let index = try PassageIndex(TextCollection(contentsOf: folder))
      made[folder.path] = index
      return index
    }
  }
}

extension RetrievingFacts {
  /// The facts of a data entry in a recipe that retrieves.
  convenience init?(_ facts: (any DataFacts)?, _ settings: Record) {
    guard let facts, let retrieval = try? RetrievalSpecification(settings: settings) else {
      return nil
    }
    self.init(facts) {
      let collection =
        switch retrieval.collection {
        case .file(let path): try TextCollection(contentsOf: URL(fileURLWithPath: path))
        case .data: TextCollection(passages: PriceLists.passages)
        }
      return PassageRetrieval(
        try PassageIndex(collection), query: retrieval.query, count: retrieval.passages)
    }
  }
}
