import Foundation

extension RunDirectory {
  static let removedPrefix = ".removed-"

  /// Removes the run. A kill in the middle leaves nothing that looks like one: it first gets a name that
  /// `runs gc` knows.
  ///
  /// - Throws: `ExperimentError.runInUse` while a process writes it, `.cannotWrite`.
  public func remove() throws {
    let lock = try RunLock(folder: url)
    let hidden = url.deletingLastPathComponent().appendingPathComponent(
      "\(Self.removedPrefix)\(name).\(UUID().uuidString.prefix(8))", isDirectory: true)
    guard rename(url.path, hidden.path) == 0 else { throw ExperimentError.writing(url, errno) }
    do {
      try withExtendedLifetime(lock) { try FileManager.default.removeItem(at: hidden) }
    } catch {
      throw ExperimentError.cannotWrite(file: hidden.path, reason: error.localizedDescription)
    }
  }
}
