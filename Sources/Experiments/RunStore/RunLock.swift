import Foundation

/// The right to write into a run's folder, held by one process at a time.
///
/// It is a lock of the system on the open file `state/lock`, which goes with the process however that
/// ends: a lock that a killed process leaves behind is no lock. The file says who holds it, for people: the
/// number of the process, and the machine, for folders that several machines share.
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
    let holder = Data("\(getpid()) \(Self.machine)\n".utf8)
    _ = ftruncate(descriptor, 0)
    let failure = FileOperations.system.writeAll(holder, to: descriptor)
    guard failure == 0 else { throw ExperimentError.writing(file, failure) }
  }

  deinit { close(descriptor) }

  /// The process that holds the lock of the run in `folder`, 0 where its number is not known or that of
  /// another machine's; nil where none does.
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

  /// The process that the file names; nil where it was about to write itself down, and for one of another
  /// machine.
  private static func holder(_ file: URL) -> Int? {
    guard let text = try? String(contentsOf: file, encoding: .utf8) else { return nil }
    let words = text.split(whereSeparator: \.isWhitespace)
    guard words.count < 2 || words[1] == machine else { return nil }
    return words.first.flatMap { Int($0) }
  }

  /// The name of this machine, as it calls itself.
  private static let machine: String = {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "" }
    return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }()
}
