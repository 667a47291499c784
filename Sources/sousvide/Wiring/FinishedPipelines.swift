import Experiments
import Foundation
import Trainer
import TrainingGraph

/// The stages of a graph that trains nothing: what its pipelines have made, by their names.
struct FinishedPipelines: StageStore {
  private let folder: URL
  /// The names of pipelines by the digests of their nodes.
  private let names: [String: String]

  /// - Parameter folder: the stages of a run.
  init(_ graph: TrainingGraph, in folder: URL) {
    self.folder = folder
    let digests = graph.digests()
    names = graph.nodes.reduce(into: [:]) { names, node in
      guard case .pipeline(let pipeline) = node.operation, let digest = digests[node.id] else {
        return
      }
      names[digest] = pipeline.stage
    }
  }

  var stateFolder: URL { folder }

  /// - Throws: `ExperimentError.cannotRead` for a pipeline that has not finished: an evaluation does
  ///   not run it.
  func finishedStage(digest: String) throws -> URL? {
    guard let name = names[digest] else { return nil }
    let made = folder.appendingPathComponent(name, isDirectory: true)
    guard
      FileManager.default.fileExists(atPath: made.appendingPathComponent("pipeline.json").path)
    else {
      throw ExperimentError.cannotRead(
        file: made.path, reason: "the pipeline `\(name)` has not finished there")
    }
    return made
  }

  func checkpointFolder(stage: String) throws -> URL { folder.appendingPathComponent(stage) }
  func finish(stage: String, digest: String, folder: URL) throws {}
}
