extension DiagnosticCode {
  static let cancelledWeight = DiagnosticCode(
    5308, "cancelled-weight",
    "All rewards of a scope have one weight, which dividing by the deviation cancels.",
    Explanation(
      why: """
        The sum of a scope is divided by its standard deviation, so a factor that all its rewards share \
        cancels: weights decide only how rewards of one scope count against each other. Whoever raises \
        them all, or sweeps them together, compares runs that are the same.
        """,
      example: .sections(Self.rewards(format: 2)),
      nearMiss: .sections(Self.rewards(format: 1))))

  private static func rewards(format: Int) -> String {
    """
    rewards:
      found: {kind: format, of: [observation], credit: perception}
      correct: {kind: accuracy, of: [answer], weight: 2, credit: reasoning, primary: true}
      template: {kind: format, of: [think, answer], weight: \(format), credit: reasoning}
    judges: {}
    """
  }
}

extension RecipeCheck {
  static let cancelledWeight = RecipeCheck(
    .cancelledWeight, reads: ["normalization", "rewards", "schedules", "segments", "stages"]
  ) { input in
    input.outline.scopes.compactMap { scope in
      guard scope.isScaled, scope.isSummedFirst, let first = scope.rewards.first,
        let weight = first.weight.onlyValue,
        weight > 0, weight != 1, scope.rewards.allSatisfy({ $0.weight.onlyValue == weight })
      else { return nil }
      let whole = scope.process == nil ? "" : ", except in text outside the segments"
      let others = scope.rewards.dropFirst().map {
        Diagnostic.Label(span: $0.record.span(of: "weight"), text: "the same")
      }
      return Diagnostic(
        .cancelledWeight, severity: .warning,
        "every reward of \(scope.phrase) has the weight \(shortText(weight)): dividing by the standard "
          + "deviation cancels it\(whole)",
        at: first.record.span(of: "weight"),
        secondary: others + [scope.label("scale", "cancels what all share")].compactMap { $0 },
        help: "remove the weights, or give the rewards different ones",
        path: "\(first.record.path).weight")
    }
  }
}
