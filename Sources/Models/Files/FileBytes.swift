import Foundation

/// A file open for reading at any offset, closed when the last holder goes.
///
/// Reads copy instead of mapping: a mapped file that is cut short while it is open kills the
/// process with SIGBUS, a read merely returns less, which is an error with a message. What mapping
/// would save is little: `Safetensors.read` says why.
final class FileBytes: Sendable {
  let path: String
  /// Bytes in the file when it was opened.
  let count: Int
  private let descriptor: Int32

  /// The most that is read at once into memory; configuration and tokenizer files are far smaller.
  static let maximumWholeFile = 1 << 30

  init(_ url: URL) throws {
    path = url.path
    // O_NONBLOCK: opening a pipe would wait for its writer; it is refused below.
    descriptor = open(url.path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw ModelError.cannotRead(path: url.path, reason: FileBytes.systemReason())
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
      let reason = FileBytes.systemReason()
      close(descriptor)
      throw ModelError.cannotRead(path: url.path, reason: reason)
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw ModelError.cannotRead(path: url.path, reason: "not a regular file")
    }
    count = Int(status.st_size)
  }

  deinit { close(descriptor) }

  /// Fills `buffer` with the bytes from `offset` on.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) throws {
    guard let start = buffer.baseAddress else { return }
    var done = 0
    while done < buffer.count {
      let got = pread(descriptor, start + done, buffer.count - done, off_t(offset + done))
      if got < 0 && errno == EINTR { continue }
      guard got > 0 else {
        throw ModelError.cannotRead(
          path: path,
          reason: got == 0
            ? "the file ends at byte \(offset + done), it was cut after it was opened"
            : FileBytes.systemReason())
      }
      done += got
    }
  }

  /// `count` bytes from `offset` on.
  func read(_ count: Int, at offset: Int) throws -> Data {
    var data = Data(count: count)
    try data.withUnsafeMutableBytes { try read(into: $0, at: offset) }
    return data
  }

  /// The whole file.
  static func read(_ url: URL) throws -> Data {
    let file = try FileBytes(url)
    guard file.count <= maximumWholeFile else {
      throw ModelError.cannotRead(
        path: url.path, reason: "\(file.count) bytes; more than \(maximumWholeFile) are not read")
    }
    return try file.read(file.count, at: 0)
  }

  /// The operating system's words for the last failed call.
  static func systemReason(_ code: Int32 = errno) -> String { String(cString: strerror(code)) }
}
