/// Turns a tree and its comments into layouts: every comment goes to the entry it stands with.
struct LayoutBuilder {
  private let file: SourceFile
  private let comments: [RecipeComment]
  private var next = 0

  init(_ file: SourceFile, comments: [RecipeComment]) {
    self.file = file
    self.comments = comments
  }

  mutating func document(_ root: Node, as type: ValueType) -> Layout.Document {
    var content = layout(root, as: type, limit: file.bytes.count, inFlow: false)
    guard case .collection(var top) = content else {
      return Layout.Document(header: [], content: content)
    }
    var header: [Layout.Remark] = []
    if let first = Self.topmost(root, file), let index = first(&top) {
      let leading = top.pieces[index].leading
      let end = leading.indices.dropFirst().first { leading[$0].isApart } ?? leading.count
      header = Array(leading[..<end])
      top.pieces[index].leading = Array(leading[end...])
    }
    while next < comments.count { top.closing.append(remark()) }
    content = .collection(top)
    return Layout.Document(header: header, content: content)
  }

  /// Finds the piece of the entry that is written first, wherever it was moved.
  private static func topmost(
    _ root: Node, _ file: SourceFile
  ) -> ((inout Layout.Collection) -> Int?)? {
    guard let key = root.entries?.first?.key else { return nil }
    return { top in top.pieces.firstIndex { $0.key == key } }
  }

  private mutating func layout(
    _ node: Node, as type: ValueType?, limit: Int, inFlow: Bool
  ) -> Layout {
    let limit = isFlow(node) ? node.span.bytes.upperBound : limit
    switch node.content {
    case .rejected: return .text("")
    case .scalar(let scalar): return text(scalar, node, as: type, inFlow: inFlow)
    case .sequence(let items):
      var pieces: [Layout.Piece] = []
      for (index, item) in items.enumerated() {
        let end = index + 1 < items.count ? items[index + 1].span.bytes.lowerBound : limit
        pieces.append(
          piece(nil, at: item.span, item, as: type?.formatItem, limit: end, in: node))
      }
      return .collection(collection(node, pieces, isSequence: true, limit: limit))
    case .mapping(let entries):
      var pieces: [Layout.Piece] = []
      for (index, entry) in entries.enumerated() {
        let end =
          index + 1 < entries.count ? entries[index + 1].keySpan.bytes.lowerBound : limit
        let type = type?.formatField(entry.key, of: node)
        pieces.append(
          piece(entry.key, at: entry.keySpan, entry.value, as: type, limit: end, in: node))
      }
      var result = collection(node, pieces, isSequence: false, limit: limit)
      if let fields = type?.formatFields(of: node) { result.sort(by: fields) }
      return .collection(result)
    }
  }

  private mutating func collection(
    _ node: Node, _ pieces: [Layout.Piece], isSequence: Bool, limit: Int
  ) -> Layout.Collection {
    let isFlow = isFlow(node)
    var closing: [Layout.Remark] = []
    let end = isFlow ? node.span.bytes.upperBound : limit
    let column = node.span.start.column
    while let comment = upcoming(before: end), isFlow || comment.span.start.column >= column {
      closing.append(remark())
    }
    return Layout.Collection(
      isSequence: isSequence, isFlow: isFlow, pieces: pieces, closing: closing)
  }

  private mutating func piece(
    _ key: String?, at start: SourceSpan, _ value: Node, as type: ValueType?, limit: Int,
    in parent: Node
  ) -> Layout.Piece {
    var leading: [Layout.Remark] = []
    while upcoming(before: start.bytes.lowerBound) != nil { leading.append(remark()) }
    var trailing: RecipeComment?
    let isNothing = value.span.bytes.isEmpty || value.span.bytes.lowerBound < start.bytes.lowerBound
    let valueStart = isNothing ? start.bytes.upperBound : value.span.bytes.lowerBound
    let isBlockCollection = value.scalar == nil && !isFlow(value)
    while let comment = upcoming(before: valueStart) {
      // What stands between a key and the block below it belongs to the block's first entry.
      if isBlockCollection, comment.line != start.end.line { break }
      if trailing == nil, comment.line == start.end.line {
        trailing = comment
        next += 1
      } else {
        leading.append(remark())
      }
    }
    let isBlockText = value.scalar?.style == .block
    if isBlockText, let comment = upcoming(before: value.span.bytes.upperBound) {
      // There is room for one comment beside the header of a text block.
      if let earlier = trailing {
        leading.append(Layout.Remark(text: earlier.text, isApart: false))
      }
      trailing = comment
      next += 1
    }
    let inFlow = isFlow(parent)
    let layout = layout(value, as: type, limit: limit, inFlow: inFlow)
    let lastLine = isNothing ? start.end.line : value.span.end.line
    while !isBlockCollection, !isBlockText, let comment = upcoming(before: limit),
      comment.line == lastLine, !comment.standsAlone
    {
      if trailing == nil {
        trailing = comment
        next += 1
      } else {
        leading.append(remark())
      }
    }
    return Layout.Piece(
      leading: leading, isApart: isApart(start.start.line), key: key, value: layout,
      trailing: trailing)
  }

  private func upcoming(before offset: Int) -> RecipeComment? {
    guard next < comments.count, comments[next].span.bytes.lowerBound < offset else { return nil }
    return comments[next]
  }

  private mutating func remark() -> Layout.Remark {
    let comment = comments[next]
    next += 1
    return Layout.Remark(
      text: comment.text, isApart: comment.standsAlone && isApart(comment.line))
  }

  /// Whether the line above is empty.
  private func isApart(_ line: Int) -> Bool {
    line > 1 && file.line(line - 1).utf8.allSatisfy(\.isBlank)
  }

  private func isFlow(_ node: Node) -> Bool {
    guard node.scalar == nil else { return false }
    let first = file.bytes[safe: node.span.bytes.lowerBound]
    return first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
  }
}

/// Scalars.
extension LayoutBuilder {
  private func text(
    _ scalar: Node.Scalar, _ node: Node, as type: ValueType?, inFlow: Bool
  ) -> Layout {
    let joined = CanonicalScalar.text(scalar, as: type, inFlow: inFlow)
    guard node.span.start.line != node.span.end.line else {
      return scalar.style == .block ? block(node) : .text(joined)
    }
    if scalar.style == .block { return block(node) }
    let raw = String(decoding: file.bytes[node.span.bytes], as: UTF8.self)
    let lines = raw.split(omittingEmptySubsequences: false) { $0.isNewline }
    let trimmed = lines.map { Self.trimmed($0, hasEscapes: raw.hasPrefix("\"")) }
    // The first line's blanks after the opening quote, and the last one's before the closing, are text.
    return .lines(trimmed, joined: joined)
  }

  /// A line of a text in quotes without the blanks around it, of which an escaped one at the end is text.
  private static func trimmed(_ line: Substring, hasEscapes: Bool) -> String {
    func isBlank(_ character: Character) -> Bool { character == " " || character == "\t" }
    let start = line.drop(while: isBlank)
    let text = start.prefix(start.count - start.reversed().prefix(while: isBlank).count)
    let isEscaped = text.reversed().prefix { $0 == "\\" }.count % 2 == 1
    return String(hasEscapes && isEscaped ? start.prefix(text.count + 1) : text)
  }

  private func block(_ node: Node) -> Layout {
    let first = node.span.start.line
    let headerText = file.line(first).utf8.dropFirst(
      node.span.bytes.lowerBound - file.lineStart(before: node.span.bytes.lowerBound))
    var header = String(decoding: headerText.prefix { !$0.isBlank }, as: UTF8.self)
    var last = node.span.end.line
    let keepsAll = header.contains("+")
    if keepsAll {
      while last < file.lineStarts.count, file.line(last + 1).utf8.allSatisfy(\.isBlank) {
        last += 1
      }
      // Blanks after the last line break are no line.
      if last == file.lineStarts.count, file.line(last).utf8.allSatisfy(\.isBlank) { last -= 1 }
    }
    let lines = (first < last ? Array(first + 1...last) : []).map { file.line($0) }
    let filled = lines.filter { line in line.utf8.contains { $0 != .space } }
    let depth = filled.first?.utf8.prefix { $0 == .space }.count ?? 0
    // With an indentation of its own, blanks at the beginning of a line are text; so are those that go on
    // below the last line.
    if header.contains(where: \.isNumber) || endsInBlanks(after: last, depth: depth) {
      return .text(CanonicalScalar.quoted(node.scalar?.text ?? ""))
    }
    let text = lines.map { line in
      String(
        decoding: line.utf8.dropFirst(min(depth, line.utf8.prefix { $0 == .space }.count)),
        as: UTF8.self)
    }
    // A file without a last line break ends its text without one; the formatted text ends in one.
    if let value = node.scalar?.text, let end = value.last, end != "\n" {
      header = header.filter { $0 != "+" && $0 != "-" } + "-"
    }
    return .block(header: header, lines: text, step: 2)
  }

  /// Whether one of the blank lines right below a line is indented deeper than `depth`.
  private func endsInBlanks(after line: Int, depth: Int) -> Bool {
    (line..<file.lineStarts.count).lazy.map { file.line($0 + 1).utf8 }
      .prefix { $0.allSatisfy(\.isBlank) }
      .contains { $0.count > depth }
  }
}
