/// Writes layouts as lines.
struct LayoutWriter {
  /// Columns of a line with brackets.
  private static let width = 100

  private var lines: [String] = []
  /// Nothing was written at this depth yet, so no empty line is due.
  private var isFirst = true

  static func text(_ document: Layout.Document) -> String {
    var writer = LayoutWriter()
    for remark in document.header { writer.write(remark, indent: 0) }
    switch document.content {
    case .collection(let top): writer.write(top, indent: 0)
    case .text(let text), .lines(_, let text): writer.lines.append(text)
    case .block: break
    }
    return writer.lines.joined(separator: "\n") + "\n"
  }

  private mutating func write(_ collection: Layout.Collection, indent: Int) {
    if collection.pieces.isEmpty, indent == 0 { line("{}", 0, isApart: false) }
    for piece in collection.pieces {
      for remark in piece.leading { write(remark, indent: indent) }
      write(piece, indent: indent, isSequence: collection.isSequence)
    }
    for remark in collection.closing { write(remark, indent: indent) }
  }

  private mutating func write(_ remark: Layout.Remark, indent: Int) {
    line(remark.text, indent, isApart: remark.isApart)
  }

  private mutating func write(_ piece: Layout.Piece, indent: Int, isSequence: Bool) {
    let start = piece.keyText(inFlow: false).map { $0 + ":" } ?? "-"
    let room = Self.width - indent - start.unicodeScalars.count - 1
    switch piece.value {
    case .text(let text):
      line(text.isEmpty ? start : "\(start) \(text)", indent, piece)
    case .lines(let lines, _):
      guard let first = lines.first, let last = lines.last, lines.count > 1 else { return }
      line("\(start) \(first)", indent, isApart: piece.isApart)
      for text in lines[1..<lines.count - 1] { line(text, text.isEmpty ? 0 : indent + 2) }
      line(last, indent + 2, piece, isApart: false)
    case .block(let header, let texts, let step):
      line("\(start) \(header)", indent, piece)
      for text in texts { line(text, text.isEmpty ? 0 : indent + step) }
      // Empty lines at its end are text, so none may follow.
      if header.contains("+") { isFirst = true }
    case .collection(let inner):
      if let text = flow(inner), text.unicodeScalars.count <= room || inner.pieces.isEmpty {
        line("\(start) \(text)", indent, piece)
      } else if isSequence, !inner.isSequence, let first = inner.pieces.first {
        item(first, inner, indent, piece)
      } else {
        line(start, indent, piece)
        isFirst = true
        write(inner, indent: indent + 2)
      }
    }
  }

  /// `- a: 1` with the record's other keys below.
  private mutating func item(
    _ first: Layout.Piece, _ record: Layout.Collection, _ indent: Int, _ piece: Layout.Piece
  ) {
    for remark in first.leading { write(remark, indent: indent) }
    if let trailing = piece.trailing { line(trailing.text, indent) }
    var head = first
    head.leading = []
    head.isApart = piece.isApart && first.leading.isEmpty
    let place = lines.count + (head.isApart && !isFirst ? 1 : 0)
    write(head, indent: indent + 2, isSequence: false)
    if lines.indices.contains(place) {
      let dash = String(repeating: " ", count: indent) + "- "
      lines[place] = dash + lines[place].dropFirst(indent + 2)
    }
    var rest = record
    rest.pieces.removeFirst()
    write(rest, indent: indent + 2)
  }

  /// On one line; nil where it was written as a block, or holds comments or block text.
  private func flow(_ collection: Layout.Collection) -> String? {
    if collection.pieces.isEmpty, collection.closing.isEmpty {
      return collection.isSequence ? "[]" : "{}"
    }
    guard collection.isFlow, !collection.hasComments else { return nil }
    return inline(collection)
  }

  private func inline(_ collection: Layout.Collection) -> String? {
    var parts: [String] = []
    for piece in collection.pieces {
      let value: String
      switch piece.value {
      case .text(let text), .lines(_, let text): value = text
      case .block: return nil
      case .collection(let inner):
        guard let text = inline(inner) else { return nil }
        value = text
      }
      let key = piece.keyText(inFlow: true)
      parts.append(key.map { value.isEmpty ? $0 : "\($0): \(value)" } ?? value)
    }
    let text = parts.joined(separator: ", ")
    return collection.isSequence ? "[\(text)]" : "{\(text)}"
  }

  private mutating func line(
    _ text: String, _ indent: Int, _ piece: Layout.Piece, isApart: Bool? = nil
  ) {
    var whole = String(repeating: " ", count: indent) + text
    if let comment = piece.trailing {
      let columns = whole.unicodeScalars.count
      whole += String(repeating: " ", count: max(2, comment.span.start.column - 1 - columns))
      whole += comment.text
    }
    line(whole, 0, isApart: isApart ?? piece.isApart)
  }

  private mutating func line(_ text: String, _ indent: Int, isApart: Bool = false) {
    if isApart, !isFirst { lines.append("") }
    lines.append(text.isEmpty ? "" : String(repeating: " ", count: indent) + text)
    isFirst = false
  }
}
