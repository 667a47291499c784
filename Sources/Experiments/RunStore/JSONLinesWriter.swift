import Foundation

/// An append-only file of one JSON value per line, each written with a single system call, so that a
/// killed run loses at most the line it was writing.
///
/// Keys are sorted and numbers have the shortest spelling that reads back equal: the same run writes
/// the same bytes.
public final class JSONLinesWriter {
  public let url: URL
  private let descriptor: Int32
  private let operations: FileOperations
  private let encoder: JSONEncoder
  /// The length of the file in bytes: it always ends with a complete line.
  public private(set) var byteCount: UInt64 = 0

  /// Opens `url` for appending and creates it when it is absent. A last line that was never finished
  /// is cut off; one that lacks its newline only is given it.
  ///
  /// - Throws: `ExperimentError.cannotWrite`, `.diskFull`; `.malformed` for a file whose end no line is, and
  ///   `.cannotRead`: it is then as it was.
  public convenience init(_ url: URL) throws { try self.init(url, using: .system) }

  init(_ url: URL, using operations: FileOperations) throws {
    let descriptor = open(url.path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw ExperimentError.writing(url, errno) }
    self.url = url
    self.descriptor = descriptor
    self.operations = operations
    encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]

    // From here on `deinit` closes the file.
    var status = stat()
    // Pipes and devices have no end to mend.
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
    byteCount = UInt64(max(0, status.st_size))
    try mendEnd()
  }

  deinit { close(descriptor) }

  /// Appends one line. After an error the file ends with the line before.
  public func append<Line: Encodable>(_ line: Line) throws {
    var data: Data
    do {
      data = try encoder.encode(line)
    } catch {
      throw ExperimentError.cannotWrite(
        file: url.path, reason: "a value in the line is not a finite number")
    }
    data.append(UInt8(ascii: "\n"))
    let failure = operations.writeAll(data, to: descriptor)
    guard failure == 0 else {
      _ = ftruncate(descriptor, off_t(byteCount))
      throw ExperimentError.writing(url, failure)
    }
    byteCount += UInt64(data.count)
  }

  /// Brings every line to the disk.
  public func synchronize() throws {
    let failure = operations.synchronize(descriptor)
    guard failure == 0 else { throw ExperimentError.writing(url, failure) }
  }

  /// Cuts off what follows the first `length` bytes, the end of a line.
  public func cut(to length: UInt64) throws {
    guard length < byteCount else { return }
    guard ftruncate(descriptor, off_t(length)) == 0 else {
      throw ExperimentError.writing(url, errno)
    }
    byteCount = length
  }

  /// Makes the file end with a line.
  private func mendEnd() throws {
    guard byteCount > 0 else { return }
    let data: Data
    do {
      data = try Data(contentsOf: url, options: .mappedIfSafe)
    } catch {
      throw ExperimentError.cannotRead(file: url.path, reason: error.localizedDescription)
    }
    let newline = UInt8(ascii: "\n")
    let start = data.lastIndex(of: newline).map { data.index(after: $0) } ?? data.startIndex
    guard start < data.endIndex else { return }
    let number = data[..<start].count { $0 == newline } + 1
    switch try LineEnd(data[start...], of: url, number: number) {
    case .unfinished: try cut(to: UInt64(data.distance(from: data.startIndex, to: start)))
    case .whole:
      let failure = operations.writeAll(Data([newline]), to: descriptor)
      guard failure == 0 else { throw ExperimentError.writing(url, failure) }
      byteCount += 1
    }
  }
}
