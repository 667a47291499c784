import Foundation

/// The few system calls the run store writes with, as values, so that a test can make the third
/// write fail the way a full disk does.
struct FileOperations: Sendable {
  /// Writes some of the bytes and returns how many, or the system's error number.
  var write: @Sendable (_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer) -> WriteOutcome
  /// Brings everything written so far to the disk; 0, or the system's error number.
  var synchronize: @Sendable (_ descriptor: Int32) -> Int32

  enum WriteOutcome: Sendable { case wrote(Int), failed(Int32) }

  static let system = FileOperations(
    write: { descriptor, bytes in
      while true {
        let count = Foundation.write(descriptor, bytes.baseAddress, bytes.count)
        if count >= 0 { return .wrote(count) }
        if errno != EINTR { return .failed(errno) }
      }
    },
    synchronize: { descriptor in
      while fsync(descriptor) != 0 {
        if errno == EINTR { continue }
        // Pipes and devices have nothing to synchronize.
        return errno == EINVAL || errno == EROFS ? 0 : errno
      }
      return 0
    })

  /// Writes all of `data`. Returns 0, or the system's error number.
  func writeAll(_ data: Data, to descriptor: Int32) -> Int32 {
    data.withUnsafeBytes { bytes in
      var written = 0
      while written < bytes.count {
        switch write(descriptor, UnsafeRawBufferPointer(rebasing: bytes[written...])) {
        case .wrote(0): return ENOSPC
        case .wrote(let count): written += count
        case .failed(let code): return code
        }
      }
      return 0
    }
  }
}
