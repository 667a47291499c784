import Foundation
import Trainer

/// The checkpoints of one run, and those that other runs below the same folder can lend.
///
/// A finished stage is a folder `checkpoints/<stage>` with a note `checkpoints/<stage>.json` beside
/// it, written last: the digest of the node that made it. Equal digests mean equal weights.
public struct RunStages: StageStore {
  private let run: RunDirectory
  /// Whether stages of other runs may be taken over.
  private let borrows: Bool

  /// What the note beside a checkpoint says.
  struct Note: Codable, Equatable {
    var stage: String
    var digest: String
  }

  public init(_ run: RunDirectory, borrows: Bool = true) {
    self.run = run
    self.borrows = borrows
  }

  public var stateFile: URL { run.state.appendingPathComponent("stage.safetensors") }

  public func checkpointFolder(stage: String) throws -> URL { run.checkpoint(ofStage: stage) }

  public func finish(stage: String, digest: String, folder: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let note = try encoder.encode(Note(stage: stage, digest: digest))
    try AtomicFile.write(note, to: run.checkpoints.appendingPathComponent("\(stage).json"))
    try? FileManager.default.removeItem(at: stateFile)
  }

  public func finishedStage(digest: String) throws -> URL? {
    if let own = Self.stage(digest, in: run.checkpoints) { return own }
    guard borrows else { return nil }
    let siblings = try? FileManager.default.contentsOfDirectory(
      at: run.url.deletingLastPathComponent(), includingPropertiesForKeys: nil)
    for sibling in (siblings ?? []).sorted(by: { $0.path < $1.path }) {
      let checkpoints = sibling.appendingPathComponent(run.checkpoints.lastPathComponent)
      if let lent = Self.stage(digest, in: checkpoints) { return lent }
    }
    return nil
  }

  private static func stage(_ digest: String, in checkpoints: URL) -> URL? {
    let files = try? FileManager.default.contentsOfDirectory(
      at: checkpoints, includingPropertiesForKeys: nil)
    for file in (files ?? []).sorted(by: { $0.path < $1.path }) where file.pathExtension == "json" {
      guard let data = try? Data(contentsOf: file),
        let note = try? JSONDecoder().decode(Note.self, from: data), note.digest == digest
      else { continue }
      let folder = file.deletingPathExtension()
      if FileManager.default.fileExists(atPath: folder.path) { return folder }
    }
    return nil
  }
}
