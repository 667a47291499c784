import Foundation

/// A file that appears whole or not at all: written beside its place under a temporary name,
/// synced to the disk, then renamed. After a failure (a full disk, say) the old file is still there
/// and the temporary one is gone.
public struct AtomicFile {
  /// How the temporary file is made; tests put a full device in its place.
  typealias Create = @Sendable (_ path: String) -> Int32

  static let create: Create = { open($0, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644) }

  private let descriptor: Int32
  private let path: String

  /// Calls `body` to write the file at `url`.
  static func write(
    to url: URL, create: Create = create, _ body: (borrowing AtomicFile) throws -> Void
  ) throws {
    let temporary = url.path + ".partial-\(UUID().uuidString)"
    let descriptor = create(temporary)
    guard descriptor >= 0 else {
      throw ModelError.cannotWrite(path: url.path, reason: FileBytes.systemReason())
    }
    do {
      do {
        defer { close(descriptor) }
        let file = AtomicFile(descriptor: descriptor, path: url.path)
        try body(file)
        guard fsync(descriptor) == 0 else { throw file.failure() }
      }
      guard rename(temporary, url.path) == 0 else {
        throw ModelError.cannotWrite(path: url.path, reason: FileBytes.systemReason())
      }
    } catch {
      unlink(temporary)
      throw error
    }
    try syncFolder(url.deletingLastPathComponent())
  }

  /// Writes `data` as the file at `url`.
  ///
  /// - Throws: `ModelError.cannotWrite`, for a full disk too.
  public static func write(_ data: Data, to url: URL) throws {
    try write(data, to: url, create: create)
  }

  static func write(_ data: Data, to url: URL, create: Create) throws {
    try write(to: url, create: create) { file in
      try data.withUnsafeBytes { try file.append($0) }
    }
  }

  /// Appends all of `bytes`.
  func append(_ bytes: UnsafeRawBufferPointer) throws {
    guard let start = bytes.baseAddress else { return }
    var done = 0
    while done < bytes.count {
      let wrote = Foundation.write(descriptor, start + done, bytes.count - done)
      if wrote < 0 && errno == EINTR { continue }
      guard wrote > 0 else { throw failure() }
      done += wrote
    }
  }

  private func failure() -> ModelError {
    .cannotWrite(path: path, reason: FileBytes.systemReason())
  }

  /// Makes a rename inside `folder` survive a power cut.
  static func syncFolder(_ folder: URL) throws {
    let descriptor = open(folder.path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw ModelError.cannotWrite(path: folder.path, reason: FileBytes.systemReason())
    }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else {
      throw ModelError.cannotWrite(path: folder.path, reason: FileBytes.systemReason())
    }
  }
}
