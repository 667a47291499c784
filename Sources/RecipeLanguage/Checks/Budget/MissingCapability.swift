/// Something that a recipe needs and this program does not have yet. Such a recipe is checked and
/// planned like any other; only running it is refused.
public struct MissingCapability: Sendable, Equatable {
  /// A noun: "remote judges".
  public let name: String
  /// The setting that needs it, `judges.sufficiency.api`.
  public let path: String
  public let span: SourceSpan
  /// What to do instead.
  public let help: String?

  static func of(_ input: CheckInput) -> [MissingCapability] {
    kinds(input) + sweep(input)
  }

  /// A recipe whose axes are all given is one cell, which can be run.
  private static func sweep(_ input: CheckInput) -> [MissingCapability] {
    guard let sweep = input.root.optionalRecord("sweep") else { return [] }
    let axes = SweepAxis.all(input.root)
    guard axes.isEmpty || !axes.allSatisfy({ input.given.contains($0.name) }) else { return [] }
    let example = axes.compactMap { axis in
      axis.values.first.map { "--param \(axis.name)=\"\($0)\"" }
    }
    return [
      MissingCapability(
        name: "sweeps", path: "sweep", span: input.tree.entry("sweep")?.keySpan ?? sweep.span,
        help: "run one cell at a time, with `\(example.joined(separator: " "))`")
    ]
  }

  private static func kinds(_ input: CheckInput) -> [MissingCapability] {
    input.kinds.compactMap { kind, record in
      guard let name = kind.missing else { return nil }
      let tag =
        record.keys.first { record.setting($0)?.value == .string(kind.name) }
        .map { (span: record.span(of: $0), path: "\(record.path).\($0)") }
      return MissingCapability(
        name: name, path: tag?.path ?? record.path, span: tag?.span ?? record.span, help: nil)
    }
  }

  /// The refusal to run.
  public var refusal: Diagnostic {
    Diagnostic(
      .missingCapability, "\(name) are needed here, and this program cannot do them yet", at: span,
      help: help ?? "`check` and `plan` work without them", path: path)
  }
}

extension DiagnosticCode {
  static let missingCapability = DiagnosticCode(
    5903, "missing-capability", "The recipe needs something that this program cannot run yet.",
    Explanation(
      why: """
        The language is ahead of the engine in places: a recipe can say, be checked for and be \
        planned with what only a later version runs. `check` mentions it; `run` refuses before \
        anything starts.
        """,
      example: .swept(),
      nearMiss: .judged()))
}

extension RecipeCheck {
  static let missingCapability = RecipeCheck(
    .missingCapability, reads: CheckInput.everything
  ) { input in
    let missing = MissingCapability.of(input)
    guard let first = missing.first else { return [] }
    let names = missing.reduce(into: [String]()) { if !$0.contains($1.name) { $0.append($1.name) } }
    return [
      Diagnostic(
        .missingCapability, severity: .note,
        "this program can check and plan the recipe, but not run it yet: it lacks "
          + names.joined(separator: ", "),
        at: first.span,
        secondary: missing.dropFirst().map { .init(span: $0.span, text: "needs \($0.name)") },
        path: first.path)
    ]
  }
}
