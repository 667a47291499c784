/// Keys and scalars.
extension DraftReader {
  /// The key that begins here, leaving the offset at its `:`; nil when there is no such thing on the
  /// line.
  mutating func key(before end: Int) -> DraftScalar? {
    let start = offset
    defer { if offset >= bytes.count || bytes[offset] != UInt8(ascii: ":") { offset = start } }
    switch peek {
    case UInt8(ascii: "{"), UInt8(ascii: "["), nil: return nil
    case UInt8(ascii: "\""), UInt8(ascii: "'"):
      let key = quoted(deeperThan: -1)
      skipBlanks()
      guard key.range.upperBound <= end, isColon(offset) else { return nil }
      return key
    default:
      var place = start
      while place < end, !isColon(place) { place += 1 }
      guard place < end else { return nil }
      let key = plain(until: place)
      offset = place
      return key
    }
  }

  /// A `:` that ends a key.
  func isColon(_ place: Int) -> Bool {
    place < bytes.count && bytes[place] == UInt8(ascii: ":")
      && (isBlank(place + 1) || isLineEnd(place + 1))
  }

  /// The text up to `end`, without blanks around it.
  func plain(until end: Int) -> DraftScalar {
    var end = end
    while end > offset, isBlank(end - 1) { end -= 1 }
    let range = offset..<max(offset, end)
    return DraftScalar(text: text(range), style: .plain, range: range, inner: range)
  }

  /// A plain scalar, with the lines below it that are deeper than `column` and hold no key.
  mutating func plainLines(deeperThan column: Int) -> DraftScalar {
    var scalar = plain(until: contentEnd)
    offset = contentEnd
    while !isComment(offset) {
      let before = offset
      let count = comments.count
      guard skipToContent(), self.column > column, comments.count == count, !isKey(offset) else {
        offset = before
        comments.removeSubrange(count...)
        break
      }
      let line = plain(until: contentEnd)
      offset = contentEnd
      scalar.range = scalar.range.lowerBound..<max(scalar.range.upperBound, line.range.upperBound)
    }
    scalar.inner = scalar.range
    scalar.text = text(scalar.range)
    return scalar
  }

  /// Quoted text. Where the closing quote is missing, the text ends with its line.
  mutating func quoted(deeperThan column: Int) -> DraftScalar {
    let start = offset
    let quote = bytes[start]
    let style: DraftScalar.Style = quote == UInt8(ascii: "'") ? .singleQuoted : .doubleQuoted
    var firstLineEnd: Int?
    var place = start + 1
    while place < bytes.count {
      let byte = bytes[place]
      if byte == UInt8(ascii: "\\"), style == .doubleQuoted {
        place += 2
      } else if byte == quote {
        guard style == .singleQuoted, place + 1 < bytes.count, bytes[place + 1] == quote else {
          offset = place + 1
          let inner = start + 1..<place
          return DraftScalar(text: text(inner), style: style, range: start..<offset, inner: inner)
        }
        place += 2
      } else if isLineEnd(place) {
        firstLineEnd = firstLineEnd ?? place
        while place < bytes.count, isBlank(place) || isLineEnd(place) { place += 1 }
        guard place < bytes.count, columnOf(place) > column else { break }
      } else {
        place += 1
      }
    }
    let end = firstLineEnd ?? bytes.count
    offset = end
    let inner = min(start + 1, end)..<end
    return DraftScalar(text: text(inner), style: style, range: start..<end, inner: inner)
  }

  /// `|` or `>` text: the lines below that are deeper than `column`.
  mutating func blockScalar(deeperThan column: Int) -> DraftScalar {
    let start = offset
    while !isAtLineEnd { offset += 1 }
    var end = offset
    let content = offset
    var place = offset
    while place < bytes.count {
      // To the first character of the next line.
      if bytes[place] == UInt8(ascii: "\r") { place += 1 }
      if place < bytes.count, bytes[place] == UInt8(ascii: "\n") { place += 1 }
      let lineStart = place
      while isBlank(place) { place += 1 }
      if place < bytes.count, isLineEnd(place) { continue }
      guard place < bytes.count, place - lineStart > column else { break }
      while !isLineEnd(place) { place += 1 }
      end = place
    }
    offset = end
    let inner = min(content, end)..<end
    return DraftScalar(text: text(inner), style: .block, range: start..<end, inner: inner)
  }

  func columnOf(_ place: Int) -> Int { place - lines.starts[lines.line(of: place)] }

  func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }
}
