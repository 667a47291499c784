/// Reads block records and lists by their columns. Flow collections and scalars are in files of their own.
struct DraftReader {
  let bytes: [UInt8]
  let lines: LineTable
  var offset = 0
  var comments: [Range<Int>] = []
  var depth = 0

  /// Deeper structure is left out; a recipe may have fewer levels.
  static let maximumDepth = 64

  static func read(_ lines: LineTable) -> Draft {
    var reader = DraftReader(bytes: lines.bytes, lines: lines)
    if lines.bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.offset = 3 }
    return Draft(root: reader.document(), comments: reader.comments)
  }

  private init(bytes: [UInt8], lines: LineTable) {
    self.bytes = bytes
    self.lines = lines
  }

  /// What follows a stray line is joined to what came before it.
  private mutating func document() -> DraftNode {
    var root = DraftNode(content: .empty, range: 0..<0)
    while skipToContent() {
      let start = offset
      let node = block(deeperThan: -1)
      if offset == start { skipLine() }
      switch (root.content, node.content) {
      case (.empty, _): root = node
      case (.mapping(let first, let isFlow), .mapping(let more, _)):
        root.content = .mapping(first + more, isFlow: isFlow)
        root.range = root.range.lowerBound..<node.range.upperBound
      case (.scalar, .mapping): root = node
      default: break
      }
    }
    return root
  }

  // MARK: Blocks

  /// The record, list or scalar that begins at the next content, if that is deeper than `column`.
  mutating func block(deeperThan column: Int) -> DraftNode {
    let before = offset
    depth += 1
    defer { depth -= 1 }
    guard skipToContent(), self.column > column, depth < Self.maximumDepth else {
      offset = before
      return empty(at: before)
    }
    if isDash(offset) { return sequence(at: self.column) }
    if isKey(offset) || isHalfKeyOfRecord() { return mapping(at: self.column) }
    return inline(deeperThan: column)
  }

  private mutating func mapping(at column: Int) -> DraftNode {
    let start = offset
    var entries: [DraftEntry] = []
    while true {
      let before = offset
      guard skipToContent(), self.column >= column else {
        offset = before
        break
      }
      if entries.isEmpty || self.column == column && !isDash(offset) {
        entries.append(entry(at: column))
      } else {
        // A line that is too deep, or a stray item: it belongs to the key above, if to anything.
        let place = offset
        let node = block(deeperThan: column - 1)
        if offset == place { skipLine() }
        if case .mapping(let more, _) = node.content, let last = entries.indices.last {
          adopt(more, node.range, into: &entries[last])
        }
      }
    }
    let end = entries.last?.range.upperBound ?? start
    return DraftNode(content: .mapping(entries, isFlow: false), range: start..<max(start, end))
  }

  private func adopt(_ more: [DraftEntry], _ range: Range<Int>, into entry: inout DraftEntry) {
    let value = entry.value
    entry.value = DraftNode(
      content: .mapping(value.entries + more, isFlow: false),
      range: (value.isEmpty ? range.lowerBound : value.range.lowerBound)..<range.upperBound)
  }

  private mutating func entry(at column: Int) -> DraftEntry {
    let lineEnd = contentEnd
    guard let key = key(before: lineEnd) else {
      let half = plain(until: lineEnd)
      offset = lineEnd
      return DraftEntry(key: half, colon: nil, value: empty(at: half.range.upperBound))
    }
    let colon = offset
    offset += 1
    return DraftEntry(key: key, colon: colon, value: value(under: column, after: colon + 1))
  }

  /// The value of a key at `column`, on its line or below.
  private mutating func value(under column: Int, after start: Int) -> DraftNode {
    skipBlanks()
    guard isAtLineEnd || isComment(offset) else { return inline(deeperThan: column) }
    let before = offset
    if skipToContent(), self.column == column, isDash(offset), depth < Self.maximumDepth {
      return sequence(at: column)
    }
    offset = before
    let node = block(deeperThan: column)
    return node.isEmpty ? empty(at: start) : node
  }

  private mutating func sequence(at column: Int) -> DraftNode {
    depth += 1
    defer { depth -= 1 }
    let start = offset
    var end = start
    var items: [DraftNode] = []
    while true {
      let before = offset
      guard skipToContent(), self.column == column, isDash(offset) else {
        offset = before
        break
      }
      let dash = offset
      offset += 1
      skipBlanks()
      let item: DraftNode
      if isAtLineEnd || isComment(offset) {
        item = block(deeperThan: column)
      } else if depth < Self.maximumDepth, isDash(offset) {
        item = sequence(at: self.column)
      } else if depth < Self.maximumDepth, isKey(offset) {
        item = mapping(at: self.column)
      } else {
        item = inline(deeperThan: column)
      }
      items.append(item.isEmpty ? empty(at: min(dash + 2, bytes.count)) : item)
      end = max(end, dash + 1, item.range.upperBound)
    }
    return DraftNode(content: .sequence(items, isFlow: false), range: start..<end)
  }

  /// A value that begins here and may go on over deeper lines.
  private mutating func inline(deeperThan column: Int) -> DraftNode {
    let node: DraftNode
    switch peek {
    case UInt8(ascii: "{"), UInt8(ascii: "["): node = flow(deeperThan: column)
    case UInt8(ascii: "\""), UInt8(ascii: "'"): node = scalar(quoted(deeperThan: column))
    case UInt8(ascii: "|"), UInt8(ascii: ">"): return scalar(blockScalar(deeperThan: column))
    default: return scalar(plainLines(deeperThan: column))
    }
    // What stands behind the end of a value is an error of its own.
    if !isAtLineEnd { skipLine() }
    return node
  }

  // MARK: Places

  var peek: UInt8? { offset < bytes.count ? bytes[offset] : nil }

  /// Bytes between the beginning of the line and here.
  var column: Int {
    let start = lines.starts[lines.line(of: offset)]
    return offset - (start == 0 && bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : start)
  }

  var isAtLineEnd: Bool { isLineEnd(offset) }

  func isLineEnd(_ place: Int) -> Bool {
    place >= bytes.count || bytes[place] == UInt8(ascii: "\n")
      || bytes[place] == UInt8(ascii: "\r")
  }

  func isBlank(_ place: Int) -> Bool {
    place < bytes.count && (bytes[place] == 0x20 || bytes[place] == 0x09)
  }

  func isComment(_ place: Int) -> Bool {
    guard place < bytes.count, bytes[place] == UInt8(ascii: "#") else { return false }
    return place == 0 || isBlank(place - 1) || isLineEnd(place - 1)
  }

  /// The end of this line, or the comment on it.
  var contentEnd: Int {
    var place = offset
    while !isLineEnd(place), !isComment(place) { place += 1 }
    return place
  }

  func empty(at place: Int) -> DraftNode { DraftNode(content: .empty, range: place..<place) }

  func scalar(_ scalar: DraftScalar) -> DraftNode {
    DraftNode(content: .scalar(scalar), range: scalar.range)
  }

  mutating func skipBlanks() { while isBlank(offset) { offset += 1 } }

  mutating func skipLine() {
    while !isAtLineEnd, !isComment(offset) { offset += 1 }
    takeComment()
    if peek == UInt8(ascii: "\r") { offset += 1 }
    if peek == UInt8(ascii: "\n") { offset += 1 }
  }

  mutating func takeComment() {
    guard isComment(offset) else { return }
    let start = offset
    while !isAtLineEnd { offset += 1 }
    if comments.last.map({ $0.lowerBound < start }) ?? true { comments.append(start..<offset) }
  }

  /// Past blanks, line ends, comments and the document's start; false at the end of the text.
  mutating func skipToContent() -> Bool {
    while let byte = peek {
      if isBlank(offset) || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
        offset += 1
      } else if isComment(offset) {
        takeComment()
      } else if isMarker {
        skipLine()
      } else {
        return true
      }
    }
    return false
  }

  /// `---`, `...` or `%YAML` at the beginning of a line.
  private var isMarker: Bool {
    guard let byte = peek, "-.%".utf8.contains(byte), column == 0 else { return false }
    if byte == UInt8(ascii: "%") { return true }
    let rest = bytes[offset...]
    guard rest.starts(with: "---".utf8) || rest.starts(with: "...".utf8) else { return false }
    return isLineEnd(offset + 3) || isBlank(offset + 3)
  }

  private func isDash(_ place: Int) -> Bool {
    place < bytes.count && bytes[place] == UInt8(ascii: "-")
      && (isBlank(place + 1) || isLineEnd(place + 1))
  }

  /// Whether a key and its `:` begin here.
  func isKey(_ place: Int) -> Bool {
    var probe = self
    probe.offset = place
    return probe.key(before: probe.contentEnd) != nil
  }

  /// Whether a word stands here alone, with a key under it in the same column.
  private func isHalfKeyOfRecord() -> Bool {
    guard let byte = peek, !"{[|>\"'".utf8.contains(byte) else { return false }
    var probe = self
    let column = column
    probe.offset = probe.contentEnd
    return probe.skipToContent() && probe.column == column && probe.isKey(probe.offset)
  }
}
