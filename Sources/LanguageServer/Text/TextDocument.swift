import RecipeLanguage

/// How a client counts the characters of a line.
public enum PositionEncoding: String, Sendable {
  case utf8 = "utf-8"
  case utf16 = "utf-16"
}

/// A text with its lines: turns byte offsets into the positions of the protocol and back.
///
/// Positions that lie outside are moved to the nearest place inside, as the specification asks.
struct LineTable: Sendable {
  let bytes: [UInt8]
  /// Byte offset at which each line begins; the first is 0.
  let starts: [Int]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    var starts = [0]
    bytes.withUnsafeBufferPointer { bytes in
      for offset in bytes.indices {
        let byte = bytes[offset]
        let isEnd =
          byte == UInt8(ascii: "\n")
          || byte == UInt8(ascii: "\r")
            && (offset + 1 == bytes.count || bytes[offset + 1] != UInt8(ascii: "\n"))
        if isEnd { starts.append(offset + 1) }
      }
    }
    self.starts = starts
  }

  /// The line (from 0) that a byte belongs to.
  func line(of offset: Int) -> Int {
    var low = 0
    var high = starts.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if starts[middle] <= offset { low = middle } else { high = middle - 1 }
    }
    return low
  }

  /// The bytes of a line without its line break.
  func content(ofLine line: Int) -> Range<Int> {
    guard line < starts.count else { return bytes.count..<bytes.count }
    let start = starts[line]
    var end = line + 1 < starts.count ? starts[line + 1] : bytes.count
    while end > start, bytes[end - 1] == UInt8(ascii: "\n") || bytes[end - 1] == UInt8(ascii: "\r")
    {
      end -= 1
    }
    return start..<end
  }

  func offset(line: Int, character: Int, _ encoding: PositionEncoding) -> Int {
    guard line >= 0 else { return 0 }
    guard line < starts.count else { return bytes.count }
    let range = content(ofLine: line)
    var offset = range.lowerBound
    var units = 0
    while offset < range.upperBound {
      let (length, width) = Self.size(of: bytes[offset], encoding)
      if units + width > character { break }
      units += width
      offset += length
    }
    return min(offset, range.upperBound)
  }

  func position(of offset: Int, _ encoding: PositionEncoding) -> (line: Int, character: Int) {
    let offset = max(0, min(offset, bytes.count))
    let line = line(of: offset)
    var units = 0
    var place = starts[line]
    while place < offset {
      let (length, width) = Self.size(of: bytes[place], encoding)
      units += width
      place += length
    }
    return (line, units)
  }

  /// Bytes of the character that begins with `lead`, and what it counts for.
  private static func size(
    of lead: UInt8, _ encoding: PositionEncoding
  ) -> (length: Int, width: Int) {
    let length = lead < 0xC0 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
    switch encoding {
    case .utf8: return (length, length)
    case .utf16: return (length, length == 4 ? 2 : 1)
    }
  }
}

/// A document the editor has open.
struct TextDocument: Sendable {
  let uri: String
  /// The file's path, or for a document that is in no file what messages call it.
  let path: String
  var version: Int
  private(set) var lines: LineTable

  init(uri: String, path: String, version: Int, text: String) {
    self.uri = uri
    self.path = path
    self.version = version
    lines = LineTable(Array(text.utf8))
  }

  var bytes: [UInt8] { lines.bytes }
  var text: String { String(decoding: lines.bytes, as: UTF8.self) }

  mutating func replace(_ range: Range<Int>?, with text: String) {
    guard let range else {
      lines = LineTable(Array(text.utf8))
      return
    }
    var bytes = lines.bytes
    bytes.replaceSubrange(range.clamped(to: 0..<bytes.count), with: text.utf8)
    lines = LineTable(bytes)
  }
}
