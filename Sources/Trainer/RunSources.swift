import Foundation
import Models
import Rewards
import TrainingGraph

/// Datasets and tokenizer of a run, loaded when a node first needs them.
struct RunSources {
  let graph: TrainingGraph
  let services: TrainerServices
  private var loadedItems: [NodeID: ItemStore] = [:]
  private var loadedFormats: [NodeID: PromptFormat] = [:]

  init(graph: TrainingGraph, services: TrainerServices) {
    self.graph = graph
    self.services = services
  }

  /// The items of a dataset node.
  mutating func items(_ node: TrainingNode) throws -> ItemStore {
    if let known = loadedItems[node.id] { return known }
    guard case .dataset(let dataset) = node.operation else {
      throw TrainerError.brokenGraph(node: node.id.path, missing: "dataset")
    }
    let items = try ItemStore(dataset, try source(of: dataset).load(dataset))
    loadedItems[node.id] = items
    return items
  }

  /// Forgets the items of datasets that are no longer needed.
  mutating func release(_ isUnneeded: (NodeID) -> Bool) {
    loadedItems = loadedItems.filter { !isUnneeded($0.key) }
  }

  /// How the policy reads and writes, from a tokenizer node.
  mutating func format(_ node: TrainingNode) throws -> PromptFormat {
    if let known = loadedFormats[node.id] { return known }
    guard case .tokenizer(let tokenizer) = node.operation else {
      throw TrainerError.brokenGraph(node: node.id.path, missing: "tokenizer")
    }
    let texts = try graph.inputs(of: node, .items).first.map {
      try items($0).texts(tokenizer.prompt)
    }
    let format = try PromptFormat(tokenizer, trainingTexts: texts ?? [])
    loadedFormats[node.id] = format
    return format
  }

  /// What guessing without looking reaches on a dataset, where its source knows.
  mutating func blindAccuracy(_ node: TrainingNode) throws -> Double? {
    guard case .dataset(let dataset) = node.operation else { return nil }
    return try source(of: dataset).blindAccuracy(items(node).records)
  }

  private func source(of dataset: DatasetSpecification) throws -> any DataSource {
    guard let source = services.data[dataset.kind] else {
      throw TrainerError.unknownDataKind(dataset.kind, dataset: dataset.name)
    }
    return source
  }
}
