import RecipeLanguage

extension Feature {
  /// Keys, values, names, units and functions, on the broken text that one has while typing.
  static let completion = Feature(
    "textDocument/completion", "completionProvider",
    ["triggerCharacters": [":", " ", ".", "{", "[", ",", "$"]]
  ) { workspace, params throws(ResponseError) in
    let spot = try workspace.spot(params)
    guard let cursor = CompletionCursor(spot, &workspace) else { return [] }
    let items = CompletionList(cursor: cursor, spot: spot, workspace: workspace).items()
    return ["isIncomplete": false, "items": .array(items)]
  }
}

/// Where the cursor is in the structure of the text, found by reading the text with a mark at the
/// cursor: the mark is part of a key, or of a value, or starts one.
struct CompletionCursor {
  enum Target {
    /// A key of the record at `parent`.
    case key(parent: Int)
    /// A value, or a part of one.
    case value
    /// Inside a comment, whose text this is.
    case comment(String)
  }

  /// A character of the private use area, which no recipe needs.
  private static let mark = Array("\u{E000}".utf8)

  let target: Target
  /// The text with the mark.
  let file: DraftFile
  /// The place that the mark is in.
  let place: DraftPlace
  /// Whether the key has its `:` already.
  let hasColon: Bool
  /// What the item replaces, in the text without the mark.
  let range: Range<Int>
  /// The value up to the cursor, and what follows.
  let before: String
  let after: String
  /// The value follows its `:` at once and needs a blank.
  let needsBlank: Bool

  init?(_ spot: Spot, _ workspace: inout Workspace) {
    let offset = spot.offset
    var bytes = spot.text.lines.bytes
    let afterColon = offset > 0 && bytes[offset - 1] == UInt8(ascii: ":")
    let atEnd = offset >= bytes.count || " \t\r\n,}]".utf8.contains(bytes[offset])
    needsBlank = afterColon && atEnd
    let inserted = (needsBlank ? [0x20] : []) + Self.mark
    bytes.insert(contentsOf: inserted, at: offset)
    let start = offset + (needsBlank ? 1 : 0)
    let marked = start..<start + Self.mark.count
    guard let file = workspace.read(LineTable(bytes), in: spot.uri) else { return nil }
    self.file = file

    /// A range of the marked text in the text without the mark.
    func original(_ range: Range<Int>) -> Range<Int> {
      func move(_ place: Int) -> Int {
        place >= marked.upperBound ? place - inserted.count : min(place, offset)
      }
      return move(range.lowerBound)..<max(move(range.lowerBound), move(range.upperBound))
    }
    func covers(_ range: Range<Int>) -> Bool {
      range.lowerBound <= marked.lowerBound && marked.upperBound <= range.upperBound
    }

    if let comment = file.draft.comments.first(where: covers) {
      target = .comment(file.text(comment))
      place = file.places[0]
      hasColon = false
      (before, after) = ("", "")
      range = Self.word(around: offset, in: spot.text.lines.bytes)
      return
    }
    guard
      let index = file.places.lastIndex(where: {
        $0.key.map { covers($0.range) } ?? false || $0.node.scalar.map { covers($0.range) } ?? false
      })
    else { return nil }
    let place = file.places[index]
    self.place = place
    if let key = place.key, covers(key.range), let parent = place.parent {
      target = .key(parent: parent)
      hasColon = place.range.upperBound > key.range.upperBound
      range = original(key.inner)
      before = file.text(key.inner.lowerBound..<marked.lowerBound)
      after = ""
      return
    }
    hasColon = false
    guard let scalar = place.node.scalar, scalar.inner.lowerBound <= marked.lowerBound else {
      return nil
    }
    before = file.text(scalar.inner.lowerBound..<marked.lowerBound)
    after = file.text(marked.upperBound..<max(marked.upperBound, scalar.inner.upperBound))
    let isKeyToBe = place.type.map { Self.isRecord($0) } ?? false
    if isKeyToBe, Self.isOnNewLine(place, file) {
      // A word alone under a key that takes a record is the first key of that record.
      target = .key(parent: index)
      range = original(scalar.inner)
    } else {
      target = .value
      range = original(scalar.inner)
    }
  }

  private static func isRecord(_ type: ValueType) -> Bool {
    switch type.unwrapped {
    case .record, .kind, .map, .processMap, .schedule: true
    default: false
    }
  }

  private static func isOnNewLine(_ place: DraftPlace, _ file: DraftFile) -> Bool {
    guard let key = place.key else { return place.parent == nil }
    return file.lines.line(of: key.range.lowerBound)
      != file.lines.line(of: place.node.range.lowerBound)
  }

  /// The name around an offset.
  static func word(around offset: Int, in bytes: [UInt8]) -> Range<Int> {
    var start = offset
    while start > 0, Words.isNamePart(bytes[start - 1]) { start -= 1 }
    var end = offset
    while end < bytes.count, Words.isNamePart(bytes[end]) { end += 1 }
    return start..<end
  }
}
