import RecipeLanguage

/// One key or list item of a text, with what the schema says about it.
struct DraftPlace: Sendable {
  /// `rewards.correct.of`; items of lists are `…[0]`.
  var path: String
  /// Nil for an item of a list and for the whole recipe.
  var key: DraftScalar?
  var node: DraftNode
  /// What the schema says about the key; nil for names of the recipe's own (`rewards.correct`) and for
  /// keys it does not know.
  var field: FieldSchema?
  /// Nil where the schema does not know the key.
  var type: ValueType?
  /// The type of the record or list it stands in.
  var container: ValueType?
  /// From its key to the end of its value.
  var range: Range<Int>
  /// Index of the place that holds it; nil for the whole recipe.
  var parent: Int?

  /// The last part of the path.
  var name: String { key?.text ?? "" }

  /// Whether its key is a name that the recipe gives: an entry of `rewards`, say.
  var isNamed: Bool {
    if case .map? = container { return true }
    return false
  }
}

extension ValueType {
  /// The type without the `or none`.
  var unwrapped: ValueType {
    if case .optional(let inner) = self { return inner.unwrapped }
    return self
  }
}

/// The keys a record takes, for the kind it has.
struct RecordShape {
  var fields: [FieldSchema]
  /// The key that decides the others, and what it may be.
  var discriminator: String?
  var kinds: [KindSchema] = []
  var kind: KindSchema?

  /// Nil for a type that is no record with keys of the schema's.
  ///
  /// - Parameter word: the value of a discriminating key, as written or inherited.
  init?(_ type: ValueType, word: (_ discriminator: String) -> String?) {
    switch type.unwrapped {
    case .record(let fields): self.fields = fields
    case .kind(let discriminator, let common, let kinds):
      let word = word(discriminator)
      kind = kinds.first { $0.name == word }
      let tag = FieldSchema.required(discriminator, .choice(kinds.map(\.name)), "what it is")
      fields = [tag] + common + (kind?.fields ?? [])
      self.discriminator = discriminator
      self.kinds = kinds
    case .schedule:
      fields = RecipeSchema.scheduleForms.map {
        .optional($0.name, .record($0.fields), "a schedule of this form")
      }
    default: return nil
    }
  }

  subscript(_ key: String) -> FieldSchema? { fields.first { $0.name == key } }
}
