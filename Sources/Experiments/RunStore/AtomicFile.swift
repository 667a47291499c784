import Foundation

/// Replaces a file as a whole or not at all: a reader, a crash and a full disk see the old contents or
/// the new, never a part.
public enum AtomicFile {
  /// Writes `data` to a temporary file beside `url`, brings it to the disk, renames it over `url` and
  /// brings the rename to the disk.
  ///
  /// - Parameter mode: the permissions of the new file, as they stand; nil for those of any file that
  ///   this process creates.
  /// - Throws: `ExperimentError.diskFull` or `.cannotWrite`; the old file, if any, is unchanged and
  ///   the temporary file is gone.
  public static func write(_ data: Data, to url: URL, mode: mode_t? = nil) throws {
    try write(data, to: url, mode: mode, using: .system)
  }

  static func write(
    _ data: Data, to url: URL, mode: mode_t? = nil, using operations: FileOperations
  ) throws {
    let folder = url.deletingLastPathComponent()
    let temporary = folder.appendingPathComponent(
      ".\(url.lastPathComponent).\(getpid()).\(UUID().uuidString.prefix(8)).partial")
    let descriptor = open(temporary.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw ExperimentError.writing(url, errno) }

    var failure = operations.writeAll(data, to: descriptor)
    if failure == 0, let mode, fchmod(descriptor, mode) != 0 { failure = errno }
    if failure == 0 { failure = operations.synchronize(descriptor) }
    if close(descriptor) != 0, failure == 0 { failure = errno }
    if failure == 0, rename(temporary.path, url.path) != 0 { failure = errno }
    guard failure == 0 else {
      unlink(temporary.path)
      throw ExperimentError.writing(url, failure)
    }
    synchronize(directory: folder, using: operations)
  }

  /// Makes a rename durable. A file system that cannot do this for directories has already done what
  /// it can, so its answer changes nothing.
  private static func synchronize(directory: URL, using operations: FileOperations) {
    let descriptor = open(directory.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = operations.synchronize(descriptor)
    close(descriptor)
  }
}
