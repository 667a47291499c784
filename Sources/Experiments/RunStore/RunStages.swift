import Foundation
import Models
import Trainer

/// The checkpoints of one run, and those that other runs below the same folder can lend.
///
/// A finished stage is a folder `checkpoints/<stage>` with a note `checkpoints/<stage>.json` beside
/// it, written last: the digest of the node that made it, and those of its files. Equal digests of nodes
/// mean equal weights.
public struct RunStages: StageStore {
  private let run: RunDirectory
  /// Whether stages of other runs may be taken over.
  private let borrows: Bool

  /// What the note beside a checkpoint says.
  struct Note: Codable, Equatable {
    var stage: String
    var digest: String
    /// SHA-256 by the file's name.
    var files: [String: String]
  }

  public init(_ run: RunDirectory, borrows: Bool = true) {
    self.run = run
    self.borrows = borrows
  }

  public var stateFolder: URL { run.state }

  public func checkpointFolder(stage: String) throws -> URL { run.checkpoint(ofStage: stage) }

  public func finish(stage: String, digest: String, folder: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let note = try encoder.encode(
      Note(stage: stage, digest: digest, files: Self.digests(of: folder)))
    try AtomicFile.write(note, to: run.checkpoints.appendingPathComponent("\(stage).json"))
    StageStates(stateFolder).clear()
  }

  /// - Throws: `ExperimentError.damagedCheckpoint` for a stage of this run whose files are not those that it
  ///   wrote. One of another run that is damaged is not taken over.
  public func finishedStage(digest: String) throws -> URL? {
    if let (folder, damaged) = Self.stage(digest, in: run.checkpoints) {
      if let damaged {
        throw ExperimentError.damagedCheckpoint(folder: folder.path, file: damaged)
      }
      return folder
    }
    guard borrows else { return nil }
    let siblings = try? FileManager.default.contentsOfDirectory(
      at: run.url.deletingLastPathComponent(), includingPropertiesForKeys: nil)
    for sibling in (siblings ?? []).sorted(by: { $0.path < $1.path }) {
      let checkpoints = sibling.appendingPathComponent(run.checkpoints.lastPathComponent)
      if let (lent, damaged) = Self.stage(digest, in: checkpoints), damaged == nil { return lent }
    }
    return nil
  }

  /// The notes of finished stages in a folder of checkpoints, in the order of their names.
  static func notes(in checkpoints: URL) -> [Note] { noted(in: checkpoints).map(\.note) }

  private static func noted(in checkpoints: URL) -> [(file: URL, note: Note)] {
    let files = try? FileManager.default.contentsOfDirectory(
      at: checkpoints, includingPropertiesForKeys: nil)
    return (files ?? []).sorted { $0.path < $1.path }.compactMap { file in
      guard file.pathExtension == "json", let data = try? Data(contentsOf: file),
        let note = try? JSONDecoder().decode(Note.self, from: data)
      else { return nil }
      return (file, note)
    }
  }

  /// The folder of a stage, with the first of its files that is not as it was written.
  private static func stage(
    _ digest: String, in checkpoints: URL
  ) -> (folder: URL, damaged: String?)? {
    for (file, note) in noted(in: checkpoints) where note.digest == digest {
      let folder = file.deletingPathExtension()
      guard FileManager.default.fileExists(atPath: folder.path) else { continue }
      let damaged = note.files.sorted { $0.key < $1.key }.first { name, known in
        (try? Digest.sha256(contentsOf: folder.appendingPathComponent(name))) != known
      }
      return (folder, damaged?.key)
    }
    return nil
  }

  /// The digests of all files of a stage.
  private static func digests(of folder: URL) throws -> [String: String] {
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path).filter { name in
      var isFolder: ObjCBool = false
      let path = folder.appendingPathComponent(name).path
      return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
        && !isFolder.boolValue
    }
    let digests = try names.map {
      ($0, try Digest.sha256(contentsOf: folder.appendingPathComponent($0)))
    }
    return Dictionary(digests) { first, _ in first }
  }
}
