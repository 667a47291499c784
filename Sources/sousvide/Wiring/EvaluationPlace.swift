import Experiments
import Foundation
import RecipeLanguage
import TrainingGraph

/// What an evaluation reads, and where its results go.
struct EvaluationPlace {
  let recipe: PathArgument
  let checkpoint: CheckpointSpecification
  /// The run that is evaluated.
  let run: RunDirectory?
  private let folder: URL

  /// - Throws: `UsageError` for a recipe without a checkpoint; `ExperimentError` for a folder that is
  ///   no run, and for a run that has finished no stage.
  init(target: PathArgument, checkpoint: String?) throws {
    guard Self.isFolder(URL(fileURLWithPath: target.path)) else {
      guard let checkpoint else {
        throw UsageError(
          message: "eval needs --checkpoint FOLDER with a recipe",
          help: "with the folder of a run, its last stage is evaluated",
          command: EvalCommand.specification.words)
      }
      run = nil
      recipe = target
      folder = try Self.folder(checkpoint)
      self.checkpoint = Self.specification(folder)
      return
    }
    let run = try RunDirectory.open(at: URL(fileURLWithPath: target.path, isDirectory: true))
    let file = run.url(of: run.contains(.resolved) ? .resolved : .recipe)
    self.run = run
    recipe = PathArgument(argument: file.path) ?? target
    folder =
      try checkpoint.map { name -> URL in
        let stage = run.checkpoint(ofStage: name)
        return Self.isFolder(stage) ? stage : try Self.folder(name)
      } ?? Self.last(run)
    self.checkpoint = Self.specification(folder)
  }

  /// Whether a run's own recipe is evaluated.
  var isOfRun: Bool { run != nil }

  /// The folder that the run is kept in, and its judges' answers with it.
  var runs: String { run?.url.deletingLastPathComponent().path ?? "runs" }

  /// The folder of finished stages: the run's own, or what stands around the checkpoint.
  var stages: URL { run?.checkpoints ?? folder.deletingLastPathComponent() }

  /// Where the results go. What a run says of its own stages is never replaced by results of other
  /// weights, nor by those of another evaluation.
  ///
  /// - Parameter isTheRuns: whether the evaluation is what the run's recipe says.
  func files(ofTheRun isTheRuns: Bool) -> EvaluationFiles {
    if let run, isTheRuns, isStage(of: run) { return run.evaluations }
    return EvaluationFiles(
      folder.deletingLastPathComponent().appendingPathComponent("evaluations", isDirectory: true))
  }

  private func isStage(of run: RunDirectory) -> Bool {
    let stage = run.checkpoint(ofStage: folder.lastPathComponent)
    return stage.resolvingSymlinksInPath().path == folder.resolvingSymlinksInPath().path
  }

  private static func specification(_ folder: URL) -> CheckpointSpecification {
    CheckpointSpecification(name: folder.lastPathComponent, folder: folder.path)
  }

  /// The checkpoint of the last stage that has one.
  private static func last(_ run: RunDirectory) throws -> URL {
    let stages = try run.read(RunSummary.self, from: .summary)?.stages.map(\.name) ?? []
    guard
      let folder = stages.reversed().map(run.checkpoint(ofStage:)).first(where: holdsWeights)
    else { throw ExperimentError.nothingRecorded(path: run.url.path) }
    return folder
  }

  private static func folder(_ path: String) throws -> URL {
    let url = URL(fileURLWithPath: path, isDirectory: true).standardizedFileURL
    guard isFolder(url) else {
      throw ExperimentError.cannotRead(file: path, reason: "there is no such folder of model files")
    }
    return url
  }

  /// Unlike what a pipeline leaves.
  private static func holdsWeights(_ url: URL) -> Bool {
    FileManager.default.fileExists(atPath: url.appendingPathComponent("config.json").path)
  }

  private static func isFolder(_ url: URL) -> Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder)
      && isFolder.boolValue
  }
}

extension CheckedRecipe {
  /// Whether a name means the evaluation on these data and no other one.
  func calls(_ name: String, evaluationOn data: String) -> Bool {
    let named = evaluations.first { $0.name == name }
    return named == nil || named?.optionalString("data") == data
  }
}
