import Foundation

/// Keeps other processes from what only one may do at a time; who comes second waits. The system takes
/// the lock back from a process that ends, however that is.
public final class FileLock: Sendable {
  /// Who inherits it holds the lock too.
  let descriptor: Int32

  /// Waits for the lock on `file`, which is created with its folder where it is not there.
  ///
  /// - Throws: `ExperimentError.cannotWrite`, `.diskFull`.
  public init(_ file: URL) throws {
    try RunDirectory.makeFolder(file.deletingLastPathComponent())
    descriptor = open(file.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw ExperimentError.writing(file, errno) }
    // From here on `deinit` closes the file.
    while flock(descriptor, LOCK_EX) != 0 {
      guard errno == EINTR else { throw ExperimentError.writing(file, errno) }
    }
  }

  deinit { close(descriptor) }

  /// Gives the lock back at once.
  public func release() { flock(descriptor, LOCK_UN) }
}
