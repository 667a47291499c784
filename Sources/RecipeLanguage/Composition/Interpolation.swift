/// Replaces `${…}` in a tree by the values of params.
///
/// A scalar that is one `${…}` takes the type of its value; inside longer text the value is spelled out.
/// Keys, `extends` and the declarations of params are not composed; `x-…` is never looked at.
struct Interpolation {
  private let parameters: ParameterTable
  private let scope: ExpressionScope
  private let files: [String: SourceFile]
  private(set) var diagnostics: [Diagnostic] = []
  private(set) var references: [Reference] = []
  /// What stands in the place of each expanded scalar.
  private(set) var expansions: [SourceSpan: Expansion] = [:]

  struct Expansion {
    /// Its value as a recipe would write it.
    var text: String
    var parameters: [Provenance.Parameter]
  }

  init(_ parameters: ParameterTable, files: [SourceFile]) {
    self.parameters = parameters
    scope = ComposedExpression.scope(parameters)
    self.files = Dictionary(files.map { ($0.path, $0) }) { first, _ in first }
  }

  mutating func expand(_ root: Node) -> Node {
    guard let entries = root.entries else { return root }
    let composed = entries.compactMap { entry in
      switch entry.key {
      case "params", "extends":
        let value = refused(entry.value, in: entry.key, path: entry.key)
        return Node.Entry(key: entry.key, keySpan: entry.keySpan, value: value)
      default: return visit(entry, path: "")
      }
    }
    return root.with(.mapping(composed))
  }

  /// Nil for an entry whose key is reported.
  private mutating func visit(_ entry: Node.Entry, path: String) -> Node.Entry? {
    guard !entry.key.hasPrefix("x-") else { return entry }
    guard !Self.mayHold(entry.key) else {
      diagnostics.append(
        Diagnostic(
          .notComposed, "`${…}` is not read in a key", at: entry.keySpan,
          help: "write the key out; only values are composed", path: path))
      return nil
    }
    var entry = entry
    let inner = path.isEmpty ? entry.key : "\(path).\(entry.key)"
    if let value = expanded(entry.value, path: inner) { entry.value = value }
    return entry
  }

  /// Nil when nothing changes.
  private mutating func expanded(_ node: Node, path: String) -> Node? {
    switch node.content {
    case .rejected: return nil
    case .scalar(let scalar): return Self.mayHold(scalar.text) ? expand(scalar, node, path) : nil
    case .sequence(let items):
      var result = items
      var hasChanged = false
      for (index, item) in items.enumerated() {
        guard let value = expanded(item, path: "\(path)[\(index)]") else { continue }
        result[index] = value
        hasChanged = true
      }
      return hasChanged ? node.with(.sequence(result)) : nil
    case .mapping(let entries):
      return node.with(.mapping(entries.compactMap { visit($0, path: path) }))
    }
  }

  /// Part of a scalar's text.
  private enum Piece {
    case literal(String)
    /// `text` stands at `range` of the scalar; `number` counts the `${` before it.
    case hole(text: String, range: Range<Int>)
  }

  private mutating func expand(_ scalar: Node.Scalar, _ node: Node, _ path: String) -> Node {
    guard let pieces = pieces(scalar, node, path) else { return node.with(.rejected) }
    var result = node
    if pieces.count == 1, case .hole(let text, let range) = pieces[0] {
      guard let value = value(text, range, scalar, node, path, into: &result.provenance) else {
        return node.with(.rejected)
      }
      result.content = .scalar(value.scalar)
    } else {
      var whole = ""
      for piece in pieces {
        switch piece {
        case .literal(let text): whole += text
        case .hole(let text, let range):
          guard let value = value(text, range, scalar, node, path, into: &result.provenance) else {
            return node.with(.rejected)
          }
          whole += value.scalar.text
        }
      }
      result.content = .scalar(.init(text: whole, style: scalar.style))
    }
    if !result.provenance.parameters.isEmpty, let text = result.scalar?.text {
      expansions[node.span] = Expansion(text: text, parameters: result.provenance.parameters)
    }
    return result
  }

  private mutating func value(
    _ text: String, _ range: Range<Int>, _ scalar: Node.Scalar, _ node: Node, _ path: String,
    into provenance: inout Provenance
  ) -> ExpressionValue? {
    let result = ComposedExpression.evaluate(text, parameters, in: scope)
    let exact = span(range, scalar, node)
    let place = ExpressionPlace(span: exact ?? node.span, text: exact == nil ? nil : text)
    diagnostics += result.problems.map { $0.diagnostic(at: place, path: path) }
    for (name, range) in result.parameters {
      references.append(
        Reference(section: .params, name: name, span: place.span(of: range), path: path))
      guard let parameter = parameters[name],
        !provenance.parameters.contains(where: { $0.name == name })
      else { continue }
      provenance.parameters.append(
        .init(name: name, text: parameter.text, span: parameter.span))
    }
    return result.value
  }

  /// The literal parts and the holes; nil when a hole is never closed, which is reported.
  private mutating func pieces(
    _ scalar: Node.Scalar, _ node: Node, _ path: String
  ) -> [Piece]? {
    var cursor = ByteCursor(scalar.text)
    var pieces: [Piece] = []
    var literal = ""
    var start = 0
    while !cursor.isAtEnd {
      let here = cursor.offset
      if cursor.take("$${") {
        literal += cursor.text(start..<here) + "${"
        start = cursor.offset
      } else if cursor.take("${") {
        literal += cursor.text(start..<here)
        if !literal.isEmpty { pieces.append(.literal(literal)) }
        literal = ""
        let inner = cursor.offset
        cursor.skip { $0 != UInt8(ascii: "}") }
        guard !cursor.isAtEnd else {
          diagnostics.append(
            Diagnostic(
              .openHole, "`${` is never closed by `}`",
              at: span(here..<here + 2, scalar, node) ?? node.span,
              help: "write `${params.<name>}`, or `$${` for a literal `${`", path: path))
          return nil
        }
        pieces.append(.hole(text: cursor.text(inner..<cursor.offset), range: inner..<cursor.offset))
        cursor.offset += 1
        start = cursor.offset
      } else {
        cursor.offset += 1
      }
    }
    literal += cursor.text(start..<cursor.offset)
    if !literal.isEmpty || pieces.isEmpty { pieces.append(.literal(literal)) }
    return pieces
  }

  /// Reports every `${` where nothing is composed.
  private mutating func refused(_ node: Node, in key: String, path: String) -> Node {
    switch node.content {
    case .rejected: return node
    case .sequence(let items):
      return node.with(.sequence(items.map { refused($0, in: key, path: path) }))
    case .mapping(let entries):
      return node.with(
        .mapping(
          entries.map { entry in
            let isOurs = !entry.key.hasPrefix("x-")
            let inner = "\(path).\(entry.key)"
            let value = isOurs ? refused(entry.value, in: key, path: inner) : entry.value
            return Node.Entry(key: entry.key, keySpan: entry.keySpan, value: value)
          }))
    case .scalar(let scalar):
      guard Self.mayHold(scalar.text) else { return node }
      diagnostics.append(
        Diagnostic(
          .notComposed, "`${…}` is not read in `\(key)`", at: node.span,
          help: key == "params"
            ? "write the value out; a param cannot depend on another" : "write the path out",
          path: path))
      return node.with(.rejected)
    }
  }

  /// A range of the scalar's text as a place. Where escapes or folding make text and file differ, the
  /// same `${` is looked for in the file; nil when what follows it is spelled otherwise there.
  private func span(_ range: Range<Int>, _ scalar: Node.Scalar, _ node: Node) -> SourceSpan? {
    guard let file = files[node.span.path] else { return nil }
    if let exact = file.span(of: range, in: scalar, node.span) { return exact }
    let text = Array(scalar.text.utf8)
    let opening = Array("${".utf8)
    func offsets(_ bytes: ArraySlice<UInt8>) -> [Int] {
      bytes.indices.dropLast().filter { bytes[$0...].starts(with: opening) }
    }
    let before = offsets(text[..<min(text.count, range.lowerBound + 2)])
    let whole = node.span.bytes.clamped(to: 0..<file.bytes.count)
    guard let last = before.last,
      let place = offsets(file.bytes[whole])[safe: before.count - 1]
    else { return nil }
    let start = place + range.lowerBound - last
    guard start + range.count <= file.bytes.count,
      file.bytes[start..<start + range.count].elementsEqual(text[range])
    else { return nil }
    return file.span(start..<start + range.count)
  }

  private static func mayHold(_ text: String) -> Bool {
    var previous: UInt8 = 0
    for byte in text.utf8 {
      if byte == UInt8(ascii: "{"), previous == UInt8(ascii: "$") { return true }
      previous = byte
    }
    return false
  }
}

extension ExpressionValue {
  /// The value as one would write it in a recipe.
  fileprivate var scalar: Node.Scalar {
    switch self {
    case .text(let text): Node.Scalar(text: text, style: .doubleQuoted)
    case .boolean(let value): Node.Scalar(text: "\(value)", style: .plain)
    case .number(let value, nil): Node.Scalar(text: RecipeText.number(value), style: .plain)
    case .number(let value, let unit?):
      Node.Scalar(text: "\(Quantity(value: value, unit: unit))", style: .plain)
    case .window(let window): Node.Scalar(text: "\(window)", style: .plain)
    }
  }
}

extension Node {
  fileprivate func with(_ content: Content) -> Node {
    var node = self
    node.content = content
    return node
  }
}
