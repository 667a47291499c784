import ClipWorld
import Experiments
import Foundation
import Rewards
import Trainer
import TrainingGraph

/// The records of a run's evaluations, where they are at hand without rendering or asking anybody: in files, as
/// a world makes them, and as a pipeline of the run has written them.
final class KeptRecords {
  private let run: RunDirectory
  private let graph: TrainingGraph
  /// By the question, as far as an evaluation keeps it: what was left out of a file moves all places.
  private var known: [String: [DataRecord]]?

  init(_ run: RunDirectory, _ graph: TrainingGraph) {
    self.run = run
    self.graph = graph
  }

  /// Nil where it is not at hand, or another one is.
  func record(of item: EvaluatedItem) -> DataRecord? {
    let all = known ?? read()
    known = all
    guard var record = all[item.item.problem]?.first(where: item.isAbout) else { return nil }
    record.passages = item.item.passages
    return record
  }

  private func read() -> [String: [DataRecord]] {
    let all = graph.nodes.flatMap { node -> [DataRecord] in
      switch node.operation {
      case .dataset(let dataset): (try? self.records(dataset)) ?? []
      case .pipeline(let pipeline):
        (try? DataRecord.load(
          run.checkpoint(ofStage: pipeline.stage).appendingPathComponent("records.jsonl"))) ?? []
      default: []
      }
    }
    return Dictionary(grouping: all, by: \DataRecord.problem)
  }

  private func records(_ dataset: DatasetSpecification) throws -> [DataRecord] {
    switch dataset.kind {
    case RecordsDataKind.schema.name:
      let place = try RecordsDataKind.place(dataset.settings)
      return try DataRecord.read(
        place.records,
        RecordRules(
          unusable: .drop, types: place.types, names: place.names,
          media: place.folders == nil ? .none : .stated)
      ).records
    case ClipWorldDataKind.schema.name:
      return try ClipWorldGenerator.records(ClipWorldDataKind.settings(dataset.settings))
    default: return []
    }
  }
}
