import CShims
import Foundation

/// A folder that appears whole or not at all, and replaces an older one in a single step.
enum AtomicFolder {
  /// Adds files to the folder that is being made.
  struct Writer {
    /// The temporary folder.
    let folder: URL
    fileprivate let create: AtomicFile.Create

    func callAsFunction(_ data: Data, _ name: String) throws {
      try AtomicFile.write(data, to: folder.appendingPathComponent(name), create: create)
    }
  }

  /// Calls `body` to fill a folder beside `url`, then puts it in the place of `url`.
  static func write(
    to url: URL, create: @escaping AtomicFile.Create = AtomicFile.create,
    _ body: (Writer) throws -> Void
  ) throws {
    let files = FileManager.default
    let parent = url.deletingLastPathComponent()
    let temporary = parent.appendingPathComponent(
      ".\(url.lastPathComponent).partial-\(UUID().uuidString)")
    func failure(_ reason: String) -> ModelError {
      .cannotWrite(path: url.path, reason: reason)
    }
    do {
      try files.createDirectory(at: temporary, withIntermediateDirectories: true)
    } catch {
      throw failure("its folder cannot be made: \(error.localizedDescription)")
    }
    // After the exchange this is the old folder; after a failure, the unfinished one.
    defer { try? files.removeItem(at: temporary) }
    try body(Writer(folder: temporary, create: create))
    try AtomicFile.syncFolder(temporary)
    if rename(temporary.path, url.path) != 0 {
      // A folder with files in it is not replaced by rename; the two are exchanged instead.
      guard errno == ENOTEMPTY || errno == EEXIST else { throw failure(FileBytes.systemReason()) }
      guard exchange_paths(temporary.path, url.path) == 0 else {
        throw failure(FileBytes.systemReason())
      }
    }
    try AtomicFile.syncFolder(parent)
  }
}
