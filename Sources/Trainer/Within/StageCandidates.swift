import Foundation
import Models
import TensorEngine

/// Checkpoints of a stage in progress that may become its result: what it trains, as it was after some steps.
struct StageCandidates {
  private let checkpoints: StateFiles

  init(_ folder: URL) { checkpoints = StateFiles(folder: folder, prefix: "best-") }

  /// Newest first.
  var files: [URL] { checkpoints.all.map(\.url) }

  /// - Throws: `ModelError.cannotWrite`.
  func save(_ stage: some TrainingStage, step: Int, digest: String) throws {
    let saved = try checkpoints.add(step: step) {
      try SafetensorsWriter(metadata: ["digest": digest, "step": String(step)])
        .write(StageState.weights(of: stage), to: $0)
    }
    checkpoints.remove { $0.step == step && $0.digest != saved.digest }
  }

  /// The file of a step that is not as it was saved, or where it should be; nil when it is there and whole.
  func damage(ofStep step: Int) -> URL? {
    guard let file = checkpoints.all.first(where: { $0.step == step }) else {
      return checkpoints.folder.appendingPathComponent("\(checkpoints.prefix)\(step)")
    }
    return file.isWhole ? nil : file.url
  }

  /// - Throws: `TrainerError.damagedCandidate`.
  func restore(_ stage: some TrainingStage, step: Int, digest: String) throws {
    let known = checkpoints.all.first { $0.step == step }
    guard let known, known.isWhole,
      case let file = try Safetensors(contentsOf: known.url), file.metadata["digest"] == digest
    else {
      throw TrainerError.damagedCandidate(
        stage: stage.stage, step: step,
        file: (known?.url ?? checkpoints.folder.appendingPathComponent(checkpoints.prefix)).path)
    }
    try StageState.restoreWeights(stage, from: file)
  }

  func remove(where isUnwanted: (_ step: Int) -> Bool) {
    checkpoints.remove { isUnwanted($0.step) }
  }
}
