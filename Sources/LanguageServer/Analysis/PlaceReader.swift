import RecipeLanguage

/// Walks a draft by the schema and lists every place of it, outer before inner, in order of the text.
struct PlaceReader {
  private(set) var places: [DraftPlace] = []
  /// The value of a path in the files this one extends.
  private let inherited: (String) -> String?

  static func read(
    _ draft: Draft, _ fields: [FieldSchema], inherited: @escaping (String) -> String?
  ) -> [DraftPlace] {
    var reader = PlaceReader(inherited: inherited)
    let root = DraftPlace(
      path: "", key: nil, node: draft.root, field: nil, type: .record(fields), container: nil,
      range: draft.root.range, parent: nil)
    reader.add(root)
    return reader.places
  }

  private init(inherited: @escaping (String) -> String?) { self.inherited = inherited }

  private mutating func add(_ place: DraftPlace) {
    let index = places.count
    places.append(place)
    switch place.node.content {
    case .empty, .scalar: break
    case .sequence(let items, _):
      var element: ValueType?
      if case .list(let item, _)? = place.type?.unwrapped { element = item }
      for (number, item) in items.enumerated() {
        add(
          DraftPlace(
            path: "\(place.path)[\(number)]", key: nil, node: item, field: nil, type: element,
            container: place.type, range: item.range, parent: index))
      }
    case .mapping(let entries, _):
      let shape = place.type.flatMap { type in
        RecordShape(type) { discriminator in
          place.node[discriminator]?.scalar?.text
            ?? inherited(Self.join(place.path, discriminator))
        }
      }
      for entry in entries {
        let field = shape?[entry.key.text]
        add(
          DraftPlace(
            path: Self.join(place.path, entry.key.text), key: entry.key, node: entry.value,
            field: field, type: field?.type ?? place.type.flatMap { element(of: $0) },
            container: place.type, range: entry.range, parent: index))
      }
    }
  }

  private func element(of type: ValueType) -> ValueType? {
    switch type.unwrapped {
    case .map(let element), .processMap(let element): element
    default: nil
    }
  }

  static func join(_ path: String, _ key: String) -> String {
    path.isEmpty ? key : "\(path).\(key)"
  }
}
