import Foundation
import Models

/// The last two states of the stage in progress. The name of a file says the step and the digest of its bytes,
/// `stage-000150-<digest>.safetensors`: a state that was damaged on the disk is found out, and the one before
/// it is still there.
public struct StageStates {
  private let folder: URL
  private static let prefix = "stage-"
  private static let suffix = ".safetensors"
  /// The state that is being written: one of a process that was killed is of no use.
  public static let unfinishedFile = "new\(suffix)"

  /// One saved state, by its name.
  private struct File {
    var url: URL
    var step: Int
    var digest: String

    init?(_ url: URL) {
      let name = url.lastPathComponent
      guard name.hasPrefix(prefix), name.hasSuffix(suffix) else { return nil }
      let parts = name.dropFirst(prefix.count).dropLast(suffix.count).split(separator: "-")
      guard parts.count == 2, let step = Int(parts[0]) else { return nil }
      self.url = url
      self.step = step
      digest = String(parts[1])
    }

    /// Whether the bytes are those that were saved.
    var isWhole: Bool { (try? Digest.sha256(contentsOf: url)) == digest }
  }

  public init(_ folder: URL) { self.folder = folder }

  /// Newest first.
  public var files: [URL] { states.map(\.url) }

  private var states: [File] {
    let contents =
      (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil))
      ?? []
    return contents.compactMap(File.init).sorted { ($0.step, $0.digest) > ($1.step, $1.digest) }
  }

  /// Writes the state of `stage` after `step` steps, and removes all but the last two.
  ///
  /// - Throws: `ModelError.cannotWrite`; the states before are then untouched.
  func save(_ stage: some TrainingStage, step: Int, digest: String) throws {
    let fresh = folder.appendingPathComponent(Self.unfinishedFile)
    try StageState.save(stage, step: step, digest: digest, to: fresh)
    let number = String(step)
    let padded = String(repeating: "0", count: max(0, 6 - number.count)) + number
    let place = folder.appendingPathComponent(
      "\(Self.prefix)\(padded)-\(try Digest.sha256(contentsOf: fresh))\(Self.suffix)")
    guard rename(fresh.path, place.path) == 0 else {
      throw ModelError.cannotWrite(path: place.path, reason: String(cString: strerror(errno)))
    }
    // One that is said to be of a later step was damaged, or is of another stage.
    let others = states.filter { $0.url.lastPathComponent != place.lastPathComponent }
    let before = others.first { $0.step <= step }?.url
    for other in others where other.url != before {
      try? FileManager.default.removeItem(at: other.url)
    }
  }

  /// Puts the newest state of the node with this digest back that is as it was saved.
  ///
  /// - Parameter damaged: told of every newer one that is not.
  /// - Returns: The number of completed steps, 0 without a state.
  func restore(
    _ stage: some TrainingStage, digest: String, damaged: (URL) throws -> Void
  ) throws -> Int {
    for state in states {
      guard state.isWhole else {
        try damaged(state.url)
        continue
      }
      let step = try StageState.restore(stage, digest: digest, from: state.url)
      if step > 0 { return step }
    }
    return 0
  }

  /// Removes them, when the stage is finished.
  public func clear() {
    for state in states { try? FileManager.default.removeItem(at: state.url) }
  }
}
