import Foundation
import Models

/// Files of weights that a stage in progress leaves in a folder. The name of a file says the step and the digest
/// of its bytes, `stage-000150-<digest>.safetensors`: one that was damaged on the disk is found out.
struct StateFiles {
  /// One of them, by its name.
  struct File {
    var url: URL
    var step: Int
    var digest: String

    /// Whether the bytes are those that were saved.
    var isWhole: Bool { (try? Digest.sha256(contentsOf: url)) == digest }
  }

  let folder: URL
  /// How the names of these files begin, `stage-`.
  let prefix: String
  static let suffix = ".safetensors"
  /// The file that is being written: one of a process that was killed is of no use.
  static let unfinished = "new\(suffix)"

  /// Newest first.
  var all: [File] {
    let contents =
      (try? FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil))
      ?? []
    return contents.compactMap(file).sorted { ($0.step, $0.digest) > ($1.step, $1.digest) }
  }

  /// Writes the file of a step.
  ///
  /// - Parameter body: writes it to the place it is given.
  /// - Throws: `ModelError.cannotWrite`; the files before are then untouched.
  func add(step: Int, _ body: (URL) throws -> Void) throws -> File {
    let fresh = folder.appendingPathComponent(Self.unfinished)
    try body(fresh)
    let number = String(step)
    let padded = String(repeating: "0", count: max(0, 6 - number.count)) + number
    let digest = try Digest.sha256(contentsOf: fresh)
    let place = folder.appendingPathComponent("\(prefix)\(padded)-\(digest)\(Self.suffix)")
    guard rename(fresh.path, place.path) == 0 else {
      throw ModelError.cannotWrite(path: place.path, reason: String(cString: strerror(errno)))
    }
    return File(url: place, step: step, digest: digest)
  }

  /// Removes those that are not wanted.
  func remove(where isUnwanted: (File) -> Bool) {
    for file in all where isUnwanted(file) { try? FileManager.default.removeItem(at: file.url) }
  }

  private func file(_ url: URL) -> File? {
    let name = url.lastPathComponent
    guard name.hasPrefix(prefix), name.hasSuffix(Self.suffix) else { return nil }
    let parts = name.dropFirst(prefix.count).dropLast(Self.suffix.count).split(separator: "-")
    guard parts.count == 2, let step = Int(parts[0]) else { return nil }
    return File(url: url, step: step, digest: String(parts[1]))
  }
}
