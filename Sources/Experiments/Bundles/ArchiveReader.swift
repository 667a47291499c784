import CArchive
import Foundation

/// Reads the members of a ZIP archive in their order, and nothing but plain files.
final class ArchiveReader {
  private let url: URL
  private let archive: OpaquePointer

  /// - Throws: `BundleError.cannotRead`, `.notABundle`.
  init(_ url: URL) throws(BundleError) {
    guard let archive = archive_read_new() else {
      throw .cannotRead(bundle: url.path, reason: "out of memory")
    }
    self.url = url
    self.archive = archive
    archive_read_support_format_zip_seekable(archive)
    // Members have SHA-256 of their own, and one that is damaged is to be looked into.
    archive_read_set_format_option(archive, "zip", "ignorecrc32", "1")
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder) else {
      throw .cannotRead(bundle: url.path, reason: "there is no such file")
    }
    guard !isFolder.boolValue else {
      throw .notABundle(url.path, reason: "it is a folder")
    }
    guard archive_read_open_filename(archive, url.path, 1 << 16) == ARCHIVE_OK else {
      throw .notABundle(url.path, reason: reason)
    }
  }

  deinit { archive_read_free(archive) }

  /// The name of the next member, with its size where that is known before it is read; nil after the last.
  ///
  /// - Throws: `BundleError.refused` for what is no plain file or has an unsafe name, `.notABundle`.
  func next() throws(BundleError) -> (path: String, size: Int?)? {
    var entry: OpaquePointer?
    let code = archive_read_next_header(archive, &entry)
    if code == ARCHIVE_EOF { return nil }
    guard code == ARCHIVE_OK || code == ARCHIVE_WARN, let entry else {
      throw .notABundle(url.path, reason: reason)
    }
    guard
      let name = archive_entry_pathname(entry) ?? archive_entry_pathname_utf8(entry)
    else { throw .refused(member: "?", reason: "its name cannot be read") }
    guard let path = String(validatingCString: name) else {
      throw .refused(member: String(cString: name), reason: "its name is not UTF-8")
    }
    if let kind = Self.kind(entry) { throw .refused(member: path, reason: "it is \(kind)") }
    if let problem = BundlePath.problem(path) { throw .refused(member: path, reason: problem) }
    if archive_entry_is_encrypted(entry) != 0 {
      throw .refused(member: path, reason: "it is encrypted")
    }
    let size = archive_entry_size_is_set(entry) != 0 ? Int(archive_entry_size(entry)) : nil
    return (path, size)
  }

  /// What is no plain file; nil for one.
  private static func kind(_ entry: OpaquePointer) -> String? {
    if archive_entry_symlink(entry) != nil || archive_entry_hardlink(entry) != nil {
      return "a link"
    }
    return switch mode_t(archive_entry_filetype(entry)) {
    case S_IFREG: nil
    case S_IFLNK: "a link"
    case S_IFDIR: "a folder"
    case S_IFCHR, S_IFBLK: "a device"
    case S_IFIFO, S_IFSOCK: "a pipe"
    default: "no plain file"
    }
  }

  /// Hands the bytes of the member to `body`, piece by piece.
  ///
  /// - Parameter limit: in bytes; nothing is handed on beyond.
  /// - Throws: `BundleError.damaged` where there are more, and where they cannot be read.
  func read(
    _ path: String, upTo limit: Int, _ body: (UnsafeRawBufferPointer) throws -> Void
  ) throws {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)
    defer { buffer.deallocate() }
    var count = 0
    while true {
      let piece = archive_read_data(archive, buffer.baseAddress, buffer.count)
      if piece == 0 { break }
      guard piece > 0 else {
        throw BundleError.damaged(member: path, reason: "is damaged: \(reason)")
      }
      count += piece
      guard count <= limit else {
        throw BundleError.damaged(
          member: path, reason: "has more than the \(limit) bytes that the manifest says")
      }
      try body(UnsafeRawBufferPointer(rebasing: buffer[..<piece]))
    }
  }

  private var reason: String {
    archive_error_string(archive).map { String(cString: $0) } ?? "it cannot be read"
  }
}
