import Foundation
import Models

extension TrainingGraph {
  /// The graph with the contents of the model's files among its settings, so that other weights in the
  /// same folder are another node, and the same weights in another folder are not.
  ///
  /// The weights are read once as a whole, so this is for a run and not for a plan.
  ///
  /// - Throws: `ModelError` that names the file that cannot be read.
  public func readingModelFiles() throws -> TrainingGraph {
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
      default: continue
      }
    }
    return graph
  }
}
