/// About the checker itself.
extension DiagnosticCode {
  static let inner: [DiagnosticCode] = [.checksSkipped, .schemaDefault, .formatChangesMeaning]

  static let checksSkipped = DiagnosticCode(
    5799, "checks-skipped", "Some checks need files that are not here, and were skipped.",
    Explanation(
      why: """
        Some questions are answered by the tokenizer, the model's files or the data alone. Where those \
        are not here the checks that ask are named once, so that silence is not taken for approval.
        """))

  static let schemaDefault = DiagnosticCode(
    9001, "schema-default", "A default declared by a module does not fit its own type.",
    Explanation(
      why: "This is a mistake in Sousvide, not in the recipe. Please report it with the recipe."))

  static let formatChangesMeaning = DiagnosticCode(
    9002, "format-changes-meaning",
    "The formatted text would mean something else, so the file is left as it is.",
    Explanation(
      why: "This is a mistake in Sousvide, not in the recipe. Please report it with the recipe."))
}
