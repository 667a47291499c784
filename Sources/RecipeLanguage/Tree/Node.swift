/// A located YAML tree: what was written, where, before any meaning is given to it.
struct Node: Sendable {
  enum Content: Sendable {
    case scalar(Scalar)
    case sequence([Node])
    case mapping([Entry])
    /// Something that was reported already (an alias, say); whoever meets it stays silent.
    case rejected
  }

  struct Scalar: Sendable {
    enum Style: Sendable { case plain, singleQuoted, doubleQuoted, block }
    var text: String
    var style: Style
  }

  struct Entry: Sendable {
    var key: String
    var keySpan: SourceSpan
    var value: Node
  }

  var content: Content
  var span: SourceSpan
  /// What it replaced, and the params it was expanded from.
  var provenance = Provenance.none

  var scalar: Scalar? {
    if case .scalar(let scalar) = content { return scalar }
    return nil
  }

  var entries: [Entry]? {
    if case .mapping(let entries) = content { return entries }
    return nil
  }

  func entry(_ key: String) -> Entry? { entries?.first { $0.key == key } }

  subscript(_ key: String) -> Node? { entry(key)?.value }

  /// The same tree with every span replaced: how a default takes the place of the record it fills.
  func relocated(to span: SourceSpan) -> Node {
    switch content {
    case .scalar, .rejected: Node(content: content, span: span)
    case .sequence(let items):
      Node(content: .sequence(items.map { $0.relocated(to: span) }), span: span)
    case .mapping(let entries):
      Node(
        content: .mapping(
          entries.map {
            Entry(key: $0.key, keySpan: span, value: $0.value.relocated(to: span))
          }), span: span)
    }
  }
}

extension Node {
  /// Keys whose content was left out as unreadable hold nothing, and nothing is to be said about that.
  func withoutEmptied(_ damage: DamageReport, path: String = "") -> Node {
    guard let entries else {
      guard let scalar, scalar.style == .plain, scalar.text.isEmpty, damage.emptied(path) else {
        return self
      }
      return Node(content: .rejected, span: span)
    }
    let kept = entries.map { entry in
      let path = path.isEmpty ? entry.key : "\(path).\(entry.key)"
      return Entry(
        key: entry.key, keySpan: entry.keySpan,
        value: entry.value.withoutEmptied(damage, path: path))
    }
    return Node(content: .mapping(kept), span: span)
  }
}
