import Foundation
import Models

extension TrainingGraph {
  /// The graph with the contents of the models' files among its settings, so that other weights in the
  /// same folder are another node, and the policy's same weights in another folder are not.
  ///
  /// The weights are read once as a whole, so this is for a run and not for a plan.
  ///
  /// - Parameter digest: of the files of a judge or a generator.
  /// - Throws: `ModelError` that names the file that cannot be read.
  public func readingModelFiles(
    localModel digest: (LocalModelSpecification) throws -> String = {
      try ChatModel.contentDigest(
        of: URL(fileURLWithPath: $0.folder), showingFrames: $0.seesMedia)
    }
  ) throws -> TrainingGraph {
    var graph = self
    for node in nodes {
      switch node.operation {
      case .model(var model):
        guard case .folder(let folder) = model.source else { continue }
        model.contentDigest = try CheckpointFiles.contentDigest(of: URL(fileURLWithPath: folder))
        try graph.edit(node.id) { $0 = .model(model) }
      case .tokenizer(var tokenizer):
        guard case .folder(let folder) = tokenizer.source else { continue }
        tokenizer.contentDigest =
          try TokenizerFiles(contentsOf: URL(fileURLWithPath: folder)).contentDigest
        try graph.edit(node.id) { $0 = .tokenizer(tokenizer) }
      case .judge(var judge):
        guard let model = judge.model else { continue }
        judge.model?.contentDigest = try digest(model)
        try graph.edit(node.id) { $0 = .judge(judge) }
      case .generator(var generator):
        guard let model = generator.model else { continue }
        generator.model?.contentDigest = try digest(model)
        try graph.edit(node.id) { $0 = .generator(generator) }
      default: continue
      }
    }
    return graph
  }
}
