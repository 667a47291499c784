import Foundation
import Models

extension RunBundle {
  /// Writes the members below a folder and says of each whether it is as the manifest says.
  ///
  /// Nothing is written that the manifest does not list, nor more bytes than it says; what is refused ends
  /// it all.
  ///
  /// - Parameter found: told of every member, with the reason why it is not as it should be.
  /// - Returns: the manifest.
  /// - Throws: `BundleError.refused`, `.notABundle`, `.newerSchema`, `.cannotWrite`.
  @discardableResult
  func extract(
    into folder: URL, found: (BundleManifest.Member, _ problem: String?) throws -> Void
  ) throws -> BundleManifest {
    let (manifest, archive) = try opened()
    try checkSpace(for: manifest, at: folder)
    var expected = Dictionary(manifest.members.map { ($0.path, $0) }) { first, _ in first }
    var seen: Set<String> = []
    while let (path, size) = try archive.next() {
      guard path != BundleRole.manifestPath, seen.insert(path).inserted else {
        throw BundleError.refused(member: path, reason: "the archive has it twice")
      }
      guard let member = expected.removeValue(forKey: path) else {
        throw BundleError.refused(member: path, reason: "the manifest does not list it")
      }
      do {
        try write(member, announced: size, archive, to: folder.appendingPathComponent(path))
        try found(member, nil)
      } catch BundleError.damaged(_, let reason) {
        try found(member, reason)
      }
    }
    for member in manifest.members where expected[member.path] != nil {
      try found(member, "is missing")
    }
    return manifest
  }

  private func write(
    _ member: BundleManifest.Member, announced: Int?, _ archive: ArchiveReader, to file: URL
  ) throws {
    if let announced, announced != member.size {
      throw BundleError.damaged(
        member: member.path,
        reason: "has \(announced) bytes, and the manifest says \(member.size)")
    }
    try RunDirectory.makeFolder(file.deletingLastPathComponent())
    let descriptor = open(
      file.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { throw ExperimentError.writing(file, errno) }
    defer { close(descriptor) }
    var size = 0
    try archive.read(member.path, upTo: member.size) { bytes in
      size += bytes.count
      let failure = FileOperations.system.writeAll(Data(bytes), to: descriptor)
      guard failure == 0 else { throw ExperimentError.writing(file, failure) }
    }
    guard size == member.size else {
      throw BundleError.damaged(
        member: member.path, reason: "has \(size) bytes, and the manifest says \(member.size)")
    }
    guard try Digest.sha256(contentsOf: file) == member.sha256 else {
      throw BundleError.damaged(
        member: member.path, reason: "has other bytes than the manifest says (SHA-256)")
    }
  }

  /// Refuses what cannot be unpacked before anything is.
  private func checkSpace(for manifest: BundleManifest, at folder: URL) throws {
    let needed = manifest.size
    let attributes = try? FileManager.default.attributesOfFileSystem(forPath: folder.path)
    guard let free = (attributes?[.systemFreeSize] as? NSNumber)?.int64Value, free < needed else {
      return
    }
    throw BundleError.refused(
      member: BundleRole.manifestPath,
      reason: "its members take \(needed) bytes, and \(free) are free at '\(folder.path)'")
  }

  /// Runs `body` with a new, empty folder beside `url` that is gone afterwards.
  static func withFolder<Result>(
    beside url: URL, _ body: (URL) throws -> Result
  ) throws -> Result {
    let folder = url.deletingLastPathComponent().appendingPathComponent(
      ".\(url.lastPathComponent).\(getpid()).\(UUID().uuidString.prefix(8)).partial",
      isDirectory: true)
    try RunDirectory.makeFolder(folder)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder)
  }

  /// Makes a run's folder of the bundle, whole or not at all. Nothing in it is executed, or looked into.
  ///
  /// - Throws: `BundleError`, `ExperimentError`; there is then no folder.
  public func unpack(
    into folder: URL
  ) throws -> (run: RunDirectory, manifest: BundleManifest) {
    guard !FileManager.default.fileExists(atPath: folder.path) else {
      throw BundleError.exists(path: folder.path)
    }
    let manifest = try Self.withFolder(beside: folder) { partial in
      let manifest = try extract(into: partial) { member, problem in
        if let problem { throw BundleError.damaged(member: member.path, reason: problem) }
      }
      guard rename(partial.path, folder.path) == 0 else {
        throw ExperimentError.writing(folder, errno)
      }
      return manifest
    }
    return (try RunDirectory.open(at: folder), manifest)
  }
}
