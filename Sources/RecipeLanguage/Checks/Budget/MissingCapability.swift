/// Something that a recipe needs and this program does not have yet. Such a recipe is checked and
/// planned like any other; only running it is refused.
public struct MissingCapability: Sendable, Equatable {
  /// A noun: "remote judges".
  public let name: String
  /// The setting that needs it, `judges.sufficiency.api`.
  public let path: String
  public let span: SourceSpan

  static func of(_ input: CheckInput) -> [MissingCapability] {
    input.kinds.compactMap { kind, record in
      guard let name = kind.missing else { return nil }
      let tag =
        record.keys.first { record.setting($0)?.value == .string(kind.name) }
        .map { (span: record.span(of: $0), path: "\(record.path).\($0)") }
      return MissingCapability(
        name: name, path: tag?.path ?? record.path, span: tag?.span ?? record.span)
    }
  }

  /// The refusal to run.
  public var refusal: Diagnostic {
    Diagnostic(
      .missingCapability, "\(name) are needed here, and this program cannot do them yet", at: span,
      help: "`check` and `plan` work without them", path: path)
  }
}

extension DiagnosticCode {
  static let missingCapability = DiagnosticCode(
    5903, "missing-capability", "The recipe needs something that this program cannot run yet.",
    Explanation(
      why: """
        The language is ahead of the engine in places: a recipe can say, be checked for and be \
        planned with what only a later version runs. `check` mentions it; `run` refuses before \
        anything starts. Kinds say so of themselves; at present none does.
        """))
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
