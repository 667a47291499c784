/// One check of what a recipe means: a file of its own, with the codes it reports (nearly always one),
/// what they say to people, and the predicate.
public struct RecipeCheck: Sendable {
  public let codes: [DiagnosticCode]
  /// Top-level keys it looks at. It stays silent while one of them has an error of its own.
  let reads: Set<String>
  let find: @Sendable (CheckInput) -> [Diagnostic]

  public init(
    _ codes: DiagnosticCode..., reads: Set<String>,
    find: @escaping @Sendable (CheckInput) -> [Diagnostic]
  ) {
    self.codes = codes
    self.reads = reads
    self.find = find
  }
}

/// What a check may look at.
public struct CheckInput: Sendable {
  /// Decoded as far as it is right: read it with the optional accessors.
  public let root: Record
  public let outline: RecipeOutline
  /// Names that something refers to.
  let used: [Section: Set<String>]
  let names: Declarations
  let facts: FactLedger
  /// As written, extended recipes merged in.
  let tree: Node
  /// The recipe, then what it extends.
  let files: [SourceFile]
  let promptFiles: [SourceFile]
  /// Where secrets are used as secrets.
  let secretPlaces: Set<SourceSpan>
  /// Every record with a kind.
  let kinds: [(schema: KindSchema, record: Record)]
  /// The params whose value is given from outside.
  let given: Set<String>
  /// The cells of the sweep; nil until nothing else is wrong.
  var sweep: SweepPlan?

  /// Every top-level key: for a check that waits until nothing is wrong.
  static let everything: Set<String> = [""]
}

/// Every check, by the part of the recipe it is about.
public enum RecipeChecks {
  public static let all: [RecipeCheck] =
    segments + rewards + lengths + normalization + sampling + stages + data + judges + budget
    + sweeps + names + expressions

  static func run(_ input: CheckInput, silent sections: Set<String>) -> [Diagnostic] {
    all.filter { $0.reads.isDisjoint(with: sections) }.flatMap { $0.find(input) }
  }
}
