extension DiagnosticCode {
  static let penaltyWithoutReference = DiagnosticCode(
    5551, "kl-without-reference", "A KL penalty has no reference policy to measure from.",
    Explanation(
      why: """
        The penalty is the distance to a frozen policy. Its default coefficient is 0.04, as in the \
        papers, so a policy stage has one unless it says otherwise, and needs a stage whose weights \
        are the anchor.
        """,
      example: .sections(ExampleStages.text(kl: "coefficient: 0.04")),
      nearMiss: .sections(ExampleStages.text(kl: "coefficient: 0"))))
}

extension RecipeCheck {
  static let penaltyWithoutReference = RecipeCheck(
    .penaltyWithoutReference, reads: ["schedules", "stages"]
  ) { input in
    input.outline.stages.compactMap { stage in
      guard let kl = stage.record.optionalRecord("kl"), !kl.has("reference"),
        let coefficient = kl.optionalSchedule("coefficient"), !coefficient.isZero
      else { return nil }
      let isDefault = kl.setting("coefficient")?.origin == .default
      let anchor = stage.initial ?? "cold_start"
      return Diagnostic(
        .penaltyWithoutReference,
        "stage `\(stage.name)` has a KL penalty but no reference policy to measure from",
        at: stage.record.span(of: "kl"),
        notes: isDefault ? ["the default coefficient is 0.04, as in the papers"] : [],
        help: "name a stage, as in `kl: {coefficient: 0.04, reference: \(anchor)}`, or write "
          + "`kl: {coefficient: 0}`",
        fixes: [
          stage.initial.flatMap { kl.edit(adding: "reference", $0, before: "coefficient") }
            .map { Fix("write `reference: \(anchor)`", isSafe: false, edits: [$0]) }
        ].compactMap { $0 },
        path: "\(stage.record.path).kl")
    }
  }
}
