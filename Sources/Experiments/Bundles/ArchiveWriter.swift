import CArchive
import Foundation

/// Writes a ZIP archive beside its place and puts it there whole. Members are stored as they are, without
/// times and owners, so that the bytes depend on the members alone: not on the time zone, the user or the
/// version of a compressor, and a flipped bit harms one byte.
final class ArchiveWriter {
  private let url: URL
  private let temporary: URL
  private let archive: OpaquePointer
  private let descriptor: Int32
  private var isFinished = false

  /// - Throws: `BundleError.cannotWrite`.
  init(_ url: URL) throws(BundleError) {
    self.url = url
    temporary = url.deletingLastPathComponent().appendingPathComponent(
      ".\(url.lastPathComponent).\(getpid()).\(UUID().uuidString.prefix(8)).partial")
    guard let archive = archive_write_new() else {
      throw .cannotWrite(bundle: url.path, reason: "out of memory")
    }
    let descriptor = open(temporary.path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      let reason = String(cString: strerror(errno))
      archive_write_free(archive)
      throw .cannotWrite(bundle: url.path, reason: reason)
    }
    self.archive = archive
    self.descriptor = descriptor
    try check(archive_write_set_format_zip(archive))
    try check(archive_write_zip_set_compression_store(archive))
    try check(archive_write_set_bytes_in_last_block(archive, 1))
    try check(archive_write_open_fd(archive, descriptor))
  }

  deinit {
    archive_write_free(archive)
    close(descriptor)
    if !isFinished { unlink(temporary.path) }
  }

  /// Appends a member whose bytes `body` hands on, `size` in all.
  func append(
    _ path: String, size: Int,
    _ body: (_ write: (UnsafeRawBufferPointer) throws -> Void) throws -> Void
  ) throws {
    let entry = archive_entry_new()
    defer { archive_entry_free(entry) }
    archive_entry_set_pathname(entry, path)
    archive_entry_set_size(entry, Int64(size))
    archive_entry_set_filetype(entry, S_IFREG)
    archive_entry_set_perm(entry, 0o644)
    try check(archive_write_header(archive, entry))
    var left = size
    try body { bytes in
      left -= bytes.count
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = archive_write_data(archive, rest.baseAddress, rest.count)
        guard count > 0 else { throw failure }
        rest = rest.dropFirst(count)
      }
    }
    guard left == 0 else {
      throw BundleError.cannotWrite(bundle: url.path, reason: "'\(path)' changes while it is read")
    }
    try check(archive_write_finish_entry(archive))
  }

  /// Brings all to the disk and gives it its name.
  func finish() throws(BundleError) {
    try check(archive_write_close(archive))
    guard fsync(descriptor) == 0, rename(temporary.path, url.path) == 0 else {
      throw .cannotWrite(bundle: url.path, reason: String(cString: strerror(errno)))
    }
    isFinished = true
  }

  private func check(_ code: Int32) throws(BundleError) {
    guard code == ARCHIVE_OK else { throw failure }
  }

  private var failure: BundleError {
    let reason = archive_error_string(archive).map { String(cString: $0) }
    return .cannotWrite(bundle: url.path, reason: reason ?? "the archive cannot be written")
  }
}

extension Slice where Base == UnsafeRawBufferPointer {
  fileprivate var baseAddress: UnsafeRawPointer? {
    UnsafeRawBufferPointer(rebasing: self).baseAddress
  }
}
