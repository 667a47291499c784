/// A place in a source file, for people: lines and columns count from 1, columns in characters
/// (Unicode code points).
public struct SourcePosition: Sendable, Hashable {
  public var line: Int
  public var column: Int

  public init(line: Int, column: Int) {
    self.line = line
    self.column = column
  }
}

/// A stretch of one source file, as UTF-8 byte offsets and as lines and columns.
public struct SourceSpan: Sendable, Hashable, CustomStringConvertible {
  /// The file as it was named by who asked for it (`SourceFile.path`).
  public var path: String
  /// Byte offsets into the file.
  public var bytes: Range<Int>
  public var start: SourcePosition
  /// One past the last character.
  public var end: SourcePosition

  public init(path: String, bytes: Range<Int>, start: SourcePosition, end: SourcePosition) {
    self.path = path
    self.bytes = bytes
    self.start = start
    self.end = end
  }

  /// The very beginning of a file: where a message about the file as a whole points.
  public static func beginning(of path: String) -> SourceSpan {
    let origin = SourcePosition(line: 1, column: 1)
    return SourceSpan(path: path, bytes: 0..<0, start: origin, end: origin)
  }

  /// `path:line:column`, the form that terminals and editors make clickable.
  public var description: String { "\(path):\(start.line):\(start.column)" }
}
