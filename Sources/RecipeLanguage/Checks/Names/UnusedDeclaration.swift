extension DiagnosticCode {
  static let unusedDeclaration = DiagnosticCode(
    3002, "unused-declaration",
    "A judge, generator, data set, schedule, param or secret that nothing refers to.",
    Explanation(
      why: """
        What nothing refers to has no effect, and is mostly a reference that was forgotten.
        """,
      example: .sections(
        """
        schedules:
          rate: {linear: {from: 5.0e-4, to: 5.0e-5}}
          slow_rate: {linear: {from: 1.0e-5, to: 1.0e-6}}
        """),
      nearMiss: .sections(
        """
        schedules:
          rate: {linear: {from: 5.0e-4, to: 5.0e-5}}
        """)))
}

extension RecipeCheck {
  /// A misspelt reference would make its target look unused, so this waits until nothing is wrong.
  static let unusedDeclaration = RecipeCheck(
    .unusedDeclaration, reads: CheckInput.everything
  ) { input in
    [Section.judges, .generators, .data, .schedules, .params, .secrets].flatMap { section in
      input.names.names[section, default: []]
        .filter { !input.used[section, default: []].contains($0.name) }
        .map { declared in
          Diagnostic(
            .unusedDeclaration, severity: .warning,
            "nothing uses the \(section.noun) `\(declared.name)`", at: declared.span,
            help: "remove it, or refer to it", path: "\(section.rawValue).\(declared.name)")
        }
    }
  }
}
