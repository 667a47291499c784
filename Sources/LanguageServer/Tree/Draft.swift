/// What a text holds and where, as far as it can be told while somebody is typing.
///
/// The reader of the language stops where text is not YAML; an editor needs the keys around a half
/// typed line all the same. So this tree is read by indentation and brackets alone, never fails, and is
/// equal to the language's own for a text without errors.
struct Draft: Sendable {
  var root: DraftNode
  /// From `#` to the end of the line.
  var comments: [Range<Int>]

  func comment(at offset: Int) -> Range<Int>? {
    comments.first { $0.lowerBound < offset && offset <= $0.upperBound }
  }
}

struct DraftNode: Sendable {
  enum Content: Sendable {
    /// A key without a value.
    case empty
    case scalar(DraftScalar)
    case mapping([DraftEntry], isFlow: Bool)
    case sequence([DraftNode], isFlow: Bool)
  }

  var content: Content
  var range: Range<Int>

  var scalar: DraftScalar? {
    if case .scalar(let scalar) = content { return scalar }
    return nil
  }

  var entries: [DraftEntry] {
    if case .mapping(let entries, _) = content { return entries }
    return []
  }

  var items: [DraftNode] {
    if case .sequence(let items, _) = content { return items }
    return []
  }

  var isEmpty: Bool {
    if case .empty = content { return true }
    return false
  }

  subscript(_ key: String) -> DraftNode? { entries.first { $0.key.text == key }?.value }
}

struct DraftScalar: Sendable, Equatable {
  enum Style: Sendable { case plain, singleQuoted, doubleQuoted, block }

  /// As written, without the quotes; escapes stay as they are, so that offsets can be counted.
  var text: String
  var style: Style
  /// With the quotes.
  var range: Range<Int>
  /// Without them.
  var inner: Range<Int>
}

struct DraftEntry: Sendable {
  var key: DraftScalar
  /// Offset of the `:`; nil for a key that is still being typed.
  var colon: Int?
  var value: DraftNode

  /// From the key to the end of the value.
  var range: Range<Int> {
    key.range.lowerBound..<max(key.range.upperBound, (colon ?? 0) + 1, value.range.upperBound)
  }
}
