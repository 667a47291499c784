/// A key that was decoded, or an item of a list: where it stands and what the schema makes of it. An
/// editor answers its questions from these, on broken recipes too.
public struct Place: Sendable {
  /// `rewards.correct.of`, `rewards.correct.of[0]`.
  public let path: String
  /// The key; for an item of a list, the item.
  public let keySpan: SourceSpan
  /// The value as written; a `${…}` where it was expanded.
  public let span: SourceSpan
  /// The key's declaration; nil for entries that the recipe names itself and for items of a list.
  public let field: FieldSchema?
  public let type: ValueType
  /// What the discriminator of a record chose; nil where it is missing or unknown.
  public internal(set) var kind: KindSchema?
  /// Nil when the value is in error.
  public internal(set) var setting: Setting?
}

/// A name where it is declared.
public struct Definition: Sendable, Equatable {
  public let section: Section
  public let name: String
  public let span: SourceSpan
}

/// A name where it is used.
public struct Reference: Sendable, Equatable {
  public let section: Section
  public let name: String
  /// The name alone, inside what may be a longer text.
  public let span: SourceSpan
  /// The setting that uses it: `stages.rl.init`.
  public let path: String
}
