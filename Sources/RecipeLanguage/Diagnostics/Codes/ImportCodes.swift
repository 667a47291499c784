/// Importing graders.
extension DiagnosticCode {
  static let imports: [DiagnosticCode] = [.unsupportedGrader, .importedValue, .graderFormula]

  static let unsupportedGrader = DiagnosticCode(
    3901, "unsupported-grader", "A part of an imported grader has no counterpart in a recipe.",
    Explanation(
      why: """
        A recipe never runs code, compares embeddings or reads what no segment holds. Nothing is \
        left out silently: a grader is imported whole or not at all.
        """))
  static let importedValue = DiagnosticCode(
    3902, "imported-value", "An imported grader lacks a key, or a key has another type.",
    Explanation(
      why: """
        The service would have refused the grader too, or would have found out while it ran.
        """))
  static let graderFormula = DiagnosticCode(
    3903, "grader-formula", "The formula of an imported `multi` grader is malformed.",
    Explanation(
      why: """
        The formula joins the values of several graders. The service reads it when the first response \
        is graded, and answers with an error flag; here it is read at once.
        """))
}
