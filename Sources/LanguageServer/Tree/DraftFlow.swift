/// `{…}` and `[…]`. A bracket that is never closed ends before the next line that is not deeper than
/// the key it belongs to, so that what follows keeps its meaning.
extension DraftReader {
  mutating func flow(deeperThan column: Int) -> DraftNode {
    let start = offset
    let isRecord = peek == UInt8(ascii: "{")
    offset += 1
    depth += 1
    defer { depth -= 1 }
    var entries: [DraftEntry] = []
    var items: [DraftNode] = []
    while true {
      guard skipInFlow(deeperThan: column), let byte = peek else { break }
      if byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]") {
        // Either bracket closes: the other one is a slip, and closing keeps the damage small.
        offset += 1
        break
      }
      let before = offset
      if byte == UInt8(ascii: ",") {
        offset += 1
      } else if isRecord {
        entries.append(flowEntry(deeperThan: column))
      } else {
        items.append(flowValue(deeperThan: column))
      }
      if offset == before { offset += 1 }
    }
    let range = start..<max(start + 1, offset)
    return isRecord
      ? DraftNode(content: .mapping(entries, isFlow: true), range: range)
      : DraftNode(content: .sequence(items, isFlow: true), range: range)
  }

  private mutating func flowEntry(deeperThan column: Int) -> DraftEntry {
    let key: DraftScalar
    switch peek {
    case UInt8(ascii: "\""), UInt8(ascii: "'"): key = quoted(deeperThan: column)
    default:
      key = plain(until: flowEnd(isKey: true))
      offset = flowEnd(isKey: true)
    }
    skipBlanks()
    guard isFlowColon(offset) else {
      return DraftEntry(key: key, colon: nil, value: empty(at: key.range.upperBound))
    }
    let colon = offset
    offset += 1
    let end = offset
    guard skipInFlow(deeperThan: column), let byte = peek, !",}]".utf8.contains(byte) else {
      return DraftEntry(key: key, colon: colon, value: empty(at: end))
    }
    return DraftEntry(key: key, colon: colon, value: flowValue(deeperThan: column))
  }

  private mutating func flowValue(deeperThan column: Int) -> DraftNode {
    switch peek {
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      guard depth < Self.maximumDepth else {
        offset += 1
        return empty(at: offset)
      }
      return flow(deeperThan: column)
    case UInt8(ascii: "\""), UInt8(ascii: "'"): return scalar(quoted(deeperThan: column))
    default: return scalar(flowPlain(deeperThan: column))
    }
  }

  private mutating func flowPlain(deeperThan column: Int) -> DraftScalar {
    var scalar = plain(until: flowEnd(isKey: false))
    offset = flowEnd(isKey: false)
    while isAtLineEnd {
      var probe = self
      guard probe.skipInFlow(deeperThan: column), let byte = probe.peek,
        !",}]{[\"'".utf8.contains(byte), probe.comments.count == comments.count,
        !probe.isFlowColon(probe.flowEnd(isKey: true))
      else { break }
      offset = probe.offset
      let line = plain(until: flowEnd(isKey: false))
      offset = flowEnd(isKey: false)
      scalar.range = scalar.range.lowerBound..<max(scalar.range.upperBound, line.range.upperBound)
    }
    scalar.inner = scalar.range
    scalar.text = text(scalar.range)
    return scalar
  }

  /// Where a plain scalar inside brackets ends on this line. `${…}` belongs to it, brackets and all.
  private func flowEnd(isKey: Bool) -> Int {
    var place = offset
    while !isLineEnd(place), !isComment(place) {
      let byte = bytes[place]
      if byte == UInt8(ascii: "$"), place + 1 < bytes.count, bytes[place + 1] == UInt8(ascii: "{") {
        while !isLineEnd(place), bytes[place] != UInt8(ascii: "}") { place += 1 }
        if isLineEnd(place) { return place }
      } else if ",{}[]".utf8.contains(byte) || isKey && isFlowColon(place) {
        return place
      }
      place += 1
    }
    return place
  }

  private func isFlowColon(_ place: Int) -> Bool {
    guard place < bytes.count, bytes[place] == UInt8(ascii: ":") else { return false }
    return isColon(place) || place + 1 < bytes.count && ",{}[]\"'".utf8.contains(bytes[place + 1])
  }

  /// Past blanks, lines and comments; false where the brackets can't go on.
  private mutating func skipInFlow(deeperThan column: Int) -> Bool {
    let before = offset
    guard skipToContent() else {
      offset = before
      return false
    }
    let isSameLine = lines.line(of: before) == lines.line(of: offset)
    if isSameLine || self.column > column { return true }
    if let byte = peek, "}],".utf8.contains(byte), self.column == column { return true }
    offset = before
    return false
  }
}
