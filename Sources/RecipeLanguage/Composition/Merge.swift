/// Merging of trees, directed by the schema.
///
/// Records and maps merge by key; lists and scalars replace; where the kind of a record changes, only
/// the keys that the new kind has too are inherited. What is replaced is remembered.
struct Merge {
  /// Records that both sides write stand where the lower layer wrote them: for overlays and the
  /// command line, which only touch up.
  var keepsPlaces = false

  func apply(_ child: Node, over parent: Node, as type: ValueType?) -> Node {
    guard case .mapping(let childEntries) = child.content,
      case .mapping(let parentEntries) = parent.content
    else { return child.replacing(parent) }
    switch type {
    case .record(let fields):
      return merge(childEntries, parentEntries, child, parent) { key in field(key, fields) }
    case .map(let element), .processMap(let element):
      return merge(childEntries, parentEntries, child, parent) { _ in element }
    case .kind(let discriminator, let common, let kinds):
      let inherited = parent[discriminator]?.scalar?.text
      let written = child[discriminator]?.scalar?.text ?? inherited
      let kind = kinds.first { $0.name == written }
      let fields = common + (kind?.fields ?? [])
      // A misspelt kind is reported; what it inherits stays, so that nothing else seems missing.
      let hasChanged = kind != nil && written != inherited
      let kept = parentEntries.filter { entry in
        !hasChanged || entry.key == discriminator || fields.contains { $0.name == entry.key }
      }
      return merge(childEntries, kept, child, parent) { key in field(key, fields) }
    case .optional(let inner): return apply(child, over: parent, as: inner)
    default: return child.replacing(parent)
    }
  }

  private func field(_ key: String, _ fields: [FieldSchema]) -> ValueType? {
    fields.first { $0.name == key }?.type
  }

  private func merge(
    _ childEntries: [Node.Entry], _ parentEntries: [Node.Entry], _ child: Node, _ parent: Node,
    type: (String) -> ValueType?
  ) -> Node {
    var merged = parentEntries
    var places = Dictionary(
      parentEntries.enumerated().map { ($1.key, $0) }, uniquingKeysWith: { first, _ in first })
    for entry in childEntries {
      guard let place = places[entry.key] else {
        places[entry.key] = merged.count
        merged.append(entry)
        continue
      }
      let old = merged[place]
      var combined = entry
      combined.value = apply(entry.value, over: old.value, as: type(entry.key))
      let bothAreRecords = entry.value.entries != nil && old.value.entries != nil
      if keepsPlaces, bothAreRecords { combined.keySpan = old.keySpan }
      merged[place] = combined
    }
    var node = Node(content: .mapping(merged), span: keepsPlaces ? parent.span : child.span)
    node.provenance = child.provenance
    return node
  }
}
