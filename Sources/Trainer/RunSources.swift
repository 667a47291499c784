import Foundation
import Models
import Rewards
import TrainingGraph

/// Datasets and tokenizer of a run, loaded when a node first needs them.
struct RunSources {
  let graph: TrainingGraph
  let services: TrainerServices
  private let digests: [NodeID: String]
  private var loadedItems: [NodeID: ItemStore] = [:]
  private var loadedFormats: [NodeID: PromptFormat] = [:]

  init(graph: TrainingGraph, services: TrainerServices) {
    self.graph = graph
    self.services = services
    digests = graph.digests()
  }

  /// The items of a dataset, of what a finished pipeline made of one, or of another view of either.
  mutating func items(_ node: TrainingNode) throws -> ItemStore {
    if let known = loadedItems[node.id] { return known }
    let items: ItemStore
    switch node.operation {
    case .dataset(let dataset):
      items = try ItemStore(dataset, try source(of: dataset).load(dataset))
    case .pipeline(let pipeline):
      guard let folder = try services.stages.finishedStage(digest: digests[node.id] ?? "") else {
        throw TrainerError.brokenGraph(node: node.id.path, missing: "records")
      }
      let source = try self.items(below: node)
      var made = source.loaded
      made.records = try PipelineFolder(folder).records()
      items = try ItemStore(pipeline.stage, made, source.video)
    case .view(let video):
      let source = try self.items(below: node)
      items = try ItemStore(source.name, source.loaded, video)
    default: throw TrainerError.brokenGraph(node: node.id.path, missing: "dataset")
    }
    loadedItems[node.id] = items
    return items
  }

  private mutating func items(below node: TrainingNode) throws -> ItemStore {
    guard let source = graph.inputs(of: node, .items).first else {
      throw TrainerError.brokenGraph(node: node.id.path, missing: "dataset")
    }
    return try items(source)
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
