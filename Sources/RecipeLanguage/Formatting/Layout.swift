/// A value as it will be written, before lines are broken.
indirect enum Layout {
  /// On one line; empty for no value.
  case text(String)
  /// Text in quotes, or plain, that spans lines as its author broke them, and the same on one line.
  case lines([String], joined: String)
  /// `|` and `>`: the lines below are indented by `step` more than the record they are in.
  case block(header: String, lines: [String], step: Int)
  case collection(Collection)

  struct Collection {
    var isSequence: Bool
    /// Written with brackets.
    var isFlow: Bool
    var pieces: [Piece]
    /// Comments after the last entry.
    var closing: [Remark]
  }

  /// An entry of a record or an item of a list.
  struct Piece {
    /// Comments above it.
    var leading: [Remark]
    /// There is an empty line right above it.
    var isApart: Bool
    /// Nil for an item.
    var key: String?
    var value: Layout
    /// On its own line.
    var trailing: RecipeComment?

    /// The key as it is written.
    func keyText(inFlow: Bool) -> String? {
      key.map { CanonicalScalar.key($0, inFlow: inFlow) }
    }
  }

  /// A comment on a line of its own.
  struct Remark {
    var text: String
    var isApart: Bool
  }

  struct Document {
    /// The first comment of the file, which stays there whatever is moved.
    var header: [Remark]
    var content: Layout
  }
}

extension Layout.Collection {
  var hasComments: Bool {
    !closing.isEmpty
      || pieces.contains { piece in
        if !piece.leading.isEmpty || piece.trailing != nil { return true }
        if case .collection(let inner) = piece.value { return inner.hasComments }
        return false
      }
  }

  /// Known keys in the order of the schema; a key it does not know stays behind the one it follows.
  mutating func sort(by fields: [FieldSchema]) {
    let order = Dictionary(
      fields.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    var last = -1
    let places = pieces.map { piece in
      last = piece.key.flatMap { order[$0] } ?? last
      return last
    }
    pieces = zip(places, pieces).enumerated()
      .sorted { a, b in
        a.element.0 == b.element.0 ? a.offset < b.offset : a.element.0 < b.element.0
      }
      .map(\.element.1)
  }
}
