extension DiagnosticCode {
  static let referenceNeverUsed = DiagnosticCode(
    5503, "reference-never-used",
    "A reference policy is named, but the KL coefficient is 0 throughout.",
    Explanation(
      why: """
        With a coefficient of 0 over the whole stage the reference is never loaded and nothing holds \
        the policy near it. Who names a reference mostly expects that it does.
        """,
      example: .sections(ExampleStages.text(kl: "coefficient: 0, reference: warm")),
      nearMiss: .sections(ExampleStages.text(kl: "coefficient: 0.001, reference: warm"))))
}

extension RecipeCheck {
  static let referenceNeverUsed = RecipeCheck(
    .referenceNeverUsed, reads: ["schedules", "stages"]
  ) { input in
    input.outline.stages.compactMap { stage in
      guard let kl = stage.record.optionalRecord("kl"),
        let reference = kl.optionalString("reference"),
        let coefficient = kl.optionalSchedule("coefficient"), coefficient.isZero
      else { return nil }
      return Diagnostic(
        .referenceNeverUsed, severity: .warning,
        "the reference `\(reference)` is never used: the KL coefficient is 0 in all of stage "
          + "`\(stage.name)`",
        at: kl.span(of: "reference"),
        secondary: [.init(span: kl.span(of: "coefficient"), text: "0 throughout")],
        help: "remove `reference`, or give a coefficient such as 0.04", path: "\(kl.path).reference"
      )
    }
  }
}

extension Schedule {
  /// Whether it is 0 at every step of every stage.
  var isZero: Bool { onlyValue == 0 }
}
