import Foundation

/// The right to write into a run's folder, held by one process at a time.
///
/// It is a lock of the system on the open file `state/lock`, which goes with the process however that
/// ends: a lock that a killed process leaves behind is no lock. The file says who holds it, for people.
final class RunLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock of the run in `folder`, creating the folder where it is not there; it is held as
  /// long as the value lives.
  ///
  /// - Throws: `ExperimentError.runInUse` while another process holds it, `.cannotWrite`, `.diskFull`.
  init(folder: URL) throws {
    let state = RunDirectory.state(of: folder)
    try RunDirectory.makeFolder(state)
    let file = state.appendingPathComponent("lock")
    descriptor = open(file.path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw ExperimentError.writing(file, errno) }
    // From here on `deinit` closes the file, which gives the lock back.
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      switch errno {
      case EINTR: continue
      case EWOULDBLOCK:
        throw ExperimentError.runInUse(path: folder.path, process: Self.holder(file))
      default: throw ExperimentError.writing(file, errno)
      }
    }
    let holder = Data("\(getpid())\n".utf8)
    _ = ftruncate(descriptor, 0)
    let failure = FileOperations.system.writeAll(holder, to: descriptor)
    guard failure == 0 else { throw ExperimentError.writing(file, failure) }
  }

  deinit { close(descriptor) }

  /// The process that holds the lock of the run in `folder`, 0 where its number is not known; nil
  /// where none does.
  static func process(holding folder: URL) -> Int? {
    let file = RunDirectory.state(of: folder).appendingPathComponent("lock")
    let descriptor = open(file.path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    while flock(descriptor, LOCK_SH | LOCK_NB) != 0 {
      if errno == EINTR { continue }
      return errno == EWOULDBLOCK ? holder(file) ?? 0 : nil
    }
    return nil
  }

  /// The process that the file names; nil where it was about to write itself down.
  private static func holder(_ file: URL) -> Int? {
    (try? String(contentsOf: file, encoding: .utf8)).flatMap {
      Int($0.trimmingCharacters(in: .whitespacesAndNewlines))
    }
  }
}
