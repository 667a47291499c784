/// The stable name of a kind of finding. The number says what, never how bad; it is never reused.
public struct DiagnosticCode: Sendable, Hashable {
  public let number: Int
  public let slug: String
  /// One sentence for the catalogue.
  public let summary: String
  /// What `sousvide explain` says beyond the summary.
  public let explanation: Explanation?

  public init(
    _ number: Int, _ slug: String, _ summary: String, _ explanation: Explanation? = nil
  ) {
    self.number = number
    self.slug = slug
    self.summary = summary
    self.explanation = explanation
  }

  /// `SV2001`.
  public var name: String { "SV\(number)" }

  public static func == (a: DiagnosticCode, b: DiagnosticCode) -> Bool { a.number == b.number }
  public func hash(into hasher: inout Hasher) { hasher.combine(number) }
}

/// Why a finding matters, with a recipe that has it and one that only just does not. The tests check
/// both.
public struct Explanation: Sendable {
  /// What follows when it is left as it is, in a few sentences.
  public let why: String
  public let example: RecipeExample
  /// As near to the example as possible, and silent.
  public let nearMiss: RecipeExample

  public init(why: String, example: RecipeExample, nearMiss: RecipeExample) {
    self.why = why
    self.example = example
    self.nearMiss = nearMiss
  }
}

/// Text and the YAML subset.
extension DiagnosticCode {
  static let syntax = DiagnosticCode(1001, "syntax", "The file is not YAML.")
  static let tabIndentation = DiagnosticCode(
    1002, "tab-indentation", "A line is indented with a tab; YAML allows spaces only.")
  static let alias = DiagnosticCode(
    1003, "alias", "Anchors and aliases are not part of the recipe language; use `extends`.")
  static let tag = DiagnosticCode(
    1004, "tag", "YAML tags are not part of the recipe language; the schema gives the types.")
  static let mergeKey = DiagnosticCode(
    1005, "merge-key", "Merge keys (`<<`) are not part of the recipe language; use `extends`.")
  static let duplicateKey = DiagnosticCode(
    1006, "duplicate-key", "A key is written twice in one record.")
  static let severalDocuments = DiagnosticCode(
    1007, "several-documents", "A recipe is one YAML document.")
  static let complexKey = DiagnosticCode(
    1008, "complex-key", "A key must be one word on one line.")
  static let ambiguousScalar = DiagnosticCode(
    1009, "ambiguous-scalar", "YAML readers disagree about this unquoted value.")
  static let directive = DiagnosticCode(
    1010, "directive", "YAML directives are not part of the recipe language.")
  static let tooDeep = DiagnosticCode(
    1011, "too-deep", "Records and lists are nested deeper than the limit.")
  static let tooLarge = DiagnosticCode(1012, "too-large", "The file is larger than the limit.")
  static let notUTF8 = DiagnosticCode(1013, "not-utf8", "The file is not UTF-8 text.")
  static let cannotRead = DiagnosticCode(
    1014, "cannot-read", "A file is missing, a folder, or not readable.")
  static let notARecipe = DiagnosticCode(
    1015, "not-a-recipe", "The file is empty, or not a record of keys at its top.")
}

/// Keys, types and units.
extension DiagnosticCode {
  static let unknownKey = DiagnosticCode(
    2001, "unknown-key", "A key that nothing reads; every key is used, or starts with `x-`.")
  static let missingKey = DiagnosticCode(2002, "missing-key", "A required key is absent.")
  static let wrongType = DiagnosticCode(2003, "wrong-type", "A value has the wrong type.")
  static let unknownChoice = DiagnosticCode(
    2004, "unknown-choice", "A value is not in the closed list of its key.")
  static let missingValue = DiagnosticCode(
    2005, "missing-value", "A key has no value, or `null`; leave the key out, or give it a value.")
  static let outOfRange = DiagnosticCode(
    2006, "out-of-range", "A number is outside the range of its key.")
  static let wrongCount = DiagnosticCode(
    2007, "wrong-count", "A list has too few or too many items.")
  static let badName = DiagnosticCode(
    2008, "bad-name", "A name has other characters than letters, digits and `_`.")
  static let unknownKind = DiagnosticCode(
    2009, "unknown-kind",
    "A `kind`, `algorithm`, `api`, `architecture` or `sampler` that no module declares.")
  static let repeatedItem = DiagnosticCode(
    2010, "repeated-item", "A list of names holds one of them twice.")
  static let missingUnit = DiagnosticCode(
    2301, "missing-unit", "A quantity is written without its unit.")
  static let wrongUnit = DiagnosticCode(
    2302, "wrong-unit", "A quantity has another unit than its key; units never convert silently.")
  static let emptyWindow = DiagnosticCode(
    2303, "empty-window", "The lower end of a window is above its upper end.")
  static let badQuantity = DiagnosticCode(
    2304, "bad-quantity", "A quantity, window or percentage is malformed.")
}

/// Names and composition.
extension DiagnosticCode {
  static let undeclaredName = DiagnosticCode(
    3001, "undeclared-name",
    "A judge, data set, schedule, stage or reward that is declared nowhere.")
  static let extendsCycle = DiagnosticCode(
    3003, "extends-cycle", "A recipe extends itself, directly or through others.")
  static let extendsTooLong = DiagnosticCode(
    3004, "extends-too-long", "The chain of `extends` is longer than the limit.")
  static let languageVersion = DiagnosticCode(
    3006, "language-version", "The recipe is written for another version of the language.")
}

/// Overlays, the command line and `${…}`.
extension DiagnosticCode {
  static let notComposed = DiagnosticCode(
    3020, "not-composed", "`${…}` stands in a key, in `extends` or in the declaration of a param.")
  static let openHole = DiagnosticCode(3021, "open-hole", "`${` is not closed by `}`.")
  static let composeName = DiagnosticCode(
    3022, "compose-name", "`${…}` reads something else than a param.")
  static let overlayExtends = DiagnosticCode(3023, "overlay-extends", "An overlay has `extends`.")
}

/// Expressions.
extension DiagnosticCode {
  static let expressionSyntax = DiagnosticCode(
    4001, "expression-syntax", "An expression is malformed.")
  static let expressionName = DiagnosticCode(
    4002, "expression-name", "An expression uses a name or a function that does not exist.")
  static let expressionType = DiagnosticCode(
    4003, "expression-type", "A part of an expression has another type than its place needs.")
  static let chainedComparison = DiagnosticCode(
    4004, "chained-comparison", "Comparisons do not chain; join two with `and`.")
  static let foreignOperator = DiagnosticCode(
    4005, "foreign-operator", "An operator of another language; expressions use words.")
  static let expressionUnit = DiagnosticCode(
    4006, "expression-unit", "Units that do not fit together in an expression; they never convert.")
  static let expressionAvailability = DiagnosticCode(
    4007, "expression-availability", "A name or call that is not known where it is used.")
  static let unbalancedParentheses = DiagnosticCode(
    4008, "unbalanced-parentheses", "A parenthesis is not closed, or closes nothing.")
}

/// Meaning: segments, rewards, normalization; and the schema itself.
extension DiagnosticCode {
  static let undeclaredSegment = DiagnosticCode(
    5001, "undeclared-segment", "A segment that is declared nowhere.")
  static let undeclaredProcess = DiagnosticCode(
    5002, "undeclared-process", "A process that no segment belongs to.")
  static let checksSkipped = DiagnosticCode(
    5799, "checks-skipped", "Some checks need files that are not here, and were skipped.")
  static let schemaDefault = DiagnosticCode(
    9001, "schema-default", "A default declared by a module does not fit its own type.")
}
