extension DiagnosticCode {
  static let sampleDeviationOfOne = DiagnosticCode(
    5304, "sample-deviation-of-one",
    "A scope may be normalized by the sample deviation of a single reward, which does not exist.",
    Explanation(
      why: """
        The sample deviation of n rewards divides by n - 1. With one reward (the others abstained) \
        that is a division by zero: 0/0, the value that turns a whole update into NaN elsewhere. Two \
        rewards are the fewest it can be computed from.
        """,
      example: .sections(Self.normalization(minimum: 1)),
      nearMiss: .sections(Self.normalization(minimum: 2))))

  private static func normalization(minimum: Int) -> String {
    """
    normalization:
      perception: {scale: std, std: sample, minimum_count: \(minimum), zero_variance: drop}
      reasoning: {scale: std, zero_variance: drop}
    """
  }
}

extension RecipeCheck {
  static let sampleDeviationOfOne = RecipeCheck(
    .sampleDeviationOfOne, reads: ["normalization", "stages"]
  ) { input in
    input.outline.scopes.filter {
      $0.isScaled && $0.settings.optionalString("std") == "sample" && $0.minimumCount < 2
    }.map { scope in
      let span = scope.settings.span(of: "minimum_count")
      return Diagnostic(
        .sampleDeviationOfOne,
        "one reward has no sample deviation: \(scope.phrase) would be divided by 0/0 where all "
          + "others abstain",
        at: span,
        secondary: [scope.label("std", "divides the squares by n - 1")].compactMap { $0 },
        help: "write `minimum_count: 2`, or `std: population`",
        fixes: [.replace(span, with: "2", isSafe: true)],
        path: "\(scope.settings.path).minimum_count")
    }
  }
}
