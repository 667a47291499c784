import RecipeLanguage

extension Feature {
  /// The outline: sections, what they declare, and its keys.
  static let documentSymbols = Feature("textDocument/documentSymbol", "documentSymbolProvider") {
    workspace, params throws(ResponseError) in
    let (uri, chain) = try workspace.document(params)
    let outline = Outline(text: chain.first, encoding: workspace.encoding)
    return .array(
      workspace.client.hierarchicalSymbols ? outline.symbols(of: 0, depth: 0) : outline.flat(uri))
  }

  static let foldingRanges = Feature("textDocument/foldingRange", "foldingRangeProvider") {
    workspace, params throws(ResponseError) in
    let text = try workspace.document(params).chain.first
    var folds = text.places.compactMap { place -> (Int, Int, String?)? in
      guard place.key != nil else { return nil }
      let start = text.lines.line(of: place.range.lowerBound)
      let end = text.lines.line(of: max(place.range.lowerBound, place.range.upperBound - 1))
      return end > start ? (start, end, nil) : nil
    }
    folds += commentBlocks(text).map { ($0.lowerBound, $0.upperBound, "comment") }
    return .array(
      folds.map { start, end, kind in
        .record([
          "startLine": JSON(start), "endLine": JSON(end), "kind": kind.map { .string($0) },
        ])
      })
  }

  /// Lines of comments under one another, two at least.
  private static func commentBlocks(_ text: DraftFile) -> [ClosedRange<Int>] {
    var blocks: [ClosedRange<Int>] = []
    for comment in text.draft.comments {
      let line = text.lines.line(of: comment.lowerBound)
      let before = text.lines.starts[line]..<comment.lowerBound
      guard text.lines.bytes[before].allSatisfy({ $0 == 0x20 || $0 == 0x09 }) else { continue }
      if let last = blocks.last, last.upperBound == line - 1 {
        blocks[blocks.count - 1] = last.lowerBound...line
      } else {
        blocks.append(line...line)
      }
    }
    return blocks.filter { $0.count > 1 }
  }

  static let selectionRanges = Feature("textDocument/selectionRange", "selectionRangeProvider") {
    workspace, params throws(ResponseError) in
    let text = try workspace.document(params).chain.first
    var answers: [JSON] = []
    for position in try params.array("positions") {
      let offset = try text.lines.offset(position, workspace.encoding)
      answers.append(selection(at: offset, in: text, workspace.encoding))
    }
    return .array(answers)
  }

  private static func selection(
    at offset: Int, in text: DraftFile, _ encoding: PositionEncoding
  ) -> JSON {
    var ranges = [0..<text.lines.bytes.count]
    for place in text.places
    where place.range.lowerBound <= offset && offset <= place.range.upperBound {
      ranges.append(place.range)
      let parts = [place.node.range, place.node.scalar?.inner, place.key?.inner]
      ranges += parts.compactMap { $0 }
        .filter { $0.lowerBound <= offset && offset <= $0.upperBound }
    }
    if let occurrence = text.occurrence(at: offset) { ranges.append(occurrence.range) }
    var nested: JSON?
    var last: Range<Int>?
    for range in ranges.sorted(by: { $0.count > $1.count }) {
      if let last,
        range == last
          || !(last.lowerBound <= range.lowerBound && range.upperBound <= last.upperBound)
      {
        continue
      }
      last = range
      nested = .record(["range": text.lines.json(range, encoding), "parent": nested])
    }
    return nested ?? .null
  }
}

/// Symbols of a document in the two forms that clients understand.
struct Outline {
  let text: DraftFile
  let encoding: PositionEncoding
  /// The places inside each place.
  private let children: [Int: [Int]]

  init(text: DraftFile, encoding: PositionEncoding) {
    self.text = text
    self.encoding = encoding
    var children: [Int: [Int]] = [:]
    for (index, place) in text.places.enumerated() {
      if let parent = place.parent { children[parent, default: []].append(index) }
    }
    self.children = children
  }

  /// Sections, names and keys; deeper ones are no landmarks.
  private static let maximumDepth = 3

  func symbols(of parent: Int, depth: Int) -> [JSON] {
    guard depth < Self.maximumDepth else { return [] }
    return children[parent, default: []].compactMap { index in
      let place = text.places[index]
      guard let key = place.key, !key.text.isEmpty else { return nil }
      let children = symbols(of: index, depth: depth + 1)
      return .record([
        "name": .string(key.text),
        "detail": detail(place).map { .string($0) },
        "kind": JSON(kind(place, depth)),
        "range": text.lines.json(place.range, encoding),
        "selectionRange": text.lines.json(key.range, encoding),
        "children": children.isEmpty ? nil : .array(children),
      ])
    }
  }

  func flat(_ uri: String) -> [JSON] {
    text.places.compactMap { place in
      guard let key = place.key, !key.text.isEmpty else { return nil }
      let depth = place.path.count { $0 == "." }
      guard depth < Self.maximumDepth else { return nil }
      let container = place.path.dropLast(key.text.count).dropLast()
      return .record([
        "name": .string(key.text),
        "kind": JSON(kind(place, depth)),
        "location": ["uri": .string(uri), "range": text.lines.json(place.range, encoding)],
        "containerName": container.isEmpty ? nil : .string(String(container)),
      ])
    }
  }

  private func detail(_ place: DraftPlace) -> String? {
    if let scalar = place.node.scalar {
      let line = scalar.text.prefix { !$0.isNewline }
      return line.count > 60 ? String(line.prefix(57)) + "…" : String(line)
    }
    guard case .kind(let discriminator, _, _)? = place.type?.unwrapped else { return nil }
    return place.node[discriminator]?.scalar?.text
  }

  /// Of `SymbolKind`: sections are modules, what they declare are objects, keys are properties.
  private func kind(_ place: DraftPlace, _ depth: Int) -> Int {
    if place.isNamed { return 19 }
    return depth == 0 && place.node.scalar == nil ? 2 : 7
  }
}
