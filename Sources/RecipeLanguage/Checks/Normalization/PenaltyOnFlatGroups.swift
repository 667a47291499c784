extension DiagnosticCode {
  static let penaltyOnFlatGroups = DiagnosticCode(
    5307, "penalty-on-flat-groups",
    "Groups of equal rewards stay in the loss, where only the KL penalty acts on them.",
    Explanation(
      why: """
        Where all responses of a group earn the same, every advantage is 0, and what is left of the \
        loss is the KL penalty: on questions that are solved, or hopeless, training only pulls the \
        policy back to the reference. The published GRPO codes do that. `zero_variance: drop` leaves \
        such groups out of the loss and its averages; `zero_variance: keep` says it is meant.
        """,
      example: .sections(Self.normalization("")),
      nearMiss: .sections(Self.normalization(", zero_variance: keep"))))

  private static func normalization(_ setting: String) -> String {
    """
    normalization:
      perception: {center: mean, scale: std\(setting)}
      reasoning: {center: mean, scale: std\(setting)}
    """
  }
}

extension RecipeCheck {
  static let penaltyOnFlatGroups = RecipeCheck(
    .penaltyOnFlatGroups, reads: ["normalization", "schedules", "stages"]
  ) { input in
    input.outline.stages.compactMap { stage in
      guard let kl = stage.record.optionalRecord("kl"),
        let reference = kl.optionalString("reference"),
        let coefficient = kl.optionalSchedule("coefficient"), !coefficient.isZero
      else { return nil }
      let undecided = input.outline.scopes(of: stage).filter {
        $0.flattensEqualRewards && $0.settings.optionalString("zero_variance") == "keep"
          && $0.settings.setting("zero_variance")?.origin == .default
      }
      guard !undecided.isEmpty else { return nil }
      let places = listed(undecided.map(\.settings.path))
      return Diagnostic(
        .penaltyOnFlatGroups, severity: .warning,
        "where all responses of a group earn the same, only the KL penalty is left, and pulls the "
          + "policy back to `\(reference)`",
        at: kl.setting("coefficient")?.origin == .written
          ? kl.span(of: "coefficient") : stage.record.span(of: "kl"),
        notes: [
          "the advantages of such a group are 0 in "
            + undecided.map(\.phrase).joined(separator: " and in ")
        ],
        help: "write `zero_variance: drop` in \(places) to leave such groups out of the loss, or "
          + "`zero_variance: keep` if it is meant",
        fixes: [dropping(undecided)].compactMap { $0 },
        path: "\(kl.path).coefficient")
    }
  }

  private static func dropping(_ scopes: [AdvantageScope]) -> Fix? {
    let edits = scopes.compactMap { scope in
      scope.settings.keys.first.flatMap {
        scope.settings.edit(adding: "zero_variance", "drop", before: $0)
      }
    }
    guard edits.count == scopes.count else { return nil }
    return Fix("write `zero_variance: drop`", isSafe: false, edits: edits)
  }
}
