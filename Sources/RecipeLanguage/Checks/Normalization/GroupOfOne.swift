extension DiagnosticCode {
  static let groupOfOne = DiagnosticCode(
    5301, "group-of-one", "A group has too few responses to be compared with each other.",
    Explanation(
      why: """
        An advantage says how much better a response is than the others to the same question. In a \
        group of one there are no others: the deviation is undefined and every advantage would be 0. \
        The same holds for any group that is smaller than the scope's `minimum_count`.
        """,
      example: .sections(ExampleStages.text(groupSize: 1)),
      nearMiss: .sections(ExampleStages.text(groupSize: 2))))
}

extension RecipeCheck {
  static let groupOfOne = RecipeCheck(
    .groupOfOne, reads: ["normalization", "stages"]
  ) { input in
    input.outline.stages.compactMap { stage in
      guard let size = stage.groupSize else { return nil }
      let scopes = input.outline.scopes(of: stage)
      let path = "\(stage.record.path).group_size"
      let span = stage.record.span(of: "group_size")
      if size == 1,
        let scope = scopes.first(where: \.isScaled) ?? scopes.first(where: \.isCentred)
      {
        let divided = scope.isScaled
        let label =
          divided
          ? scope.label("scale", "\(scope.phrase) is divided by its deviation")
          : scope.label("center", "\(scope.phrase) is compared with its mean")
        return Diagnostic(
          .groupOfOne,
          "a group of one has no \(divided ? "standard deviation" : "others") to normalize "
            + "\(scope.phrase) by: every advantage would be 0",
          at: span, secondary: [label].compactMap { $0 },
          help: "use a `group_size` of 2 or more, such as the papers' 8", path: path)
      }
      guard let scope = scopes.first(where: { $0.minimumCount > size }) else { return nil }
      return Diagnostic(
        .groupOfOne,
        "\(scope.phrase) needs \(scope.minimumCount) rewards to be normalized, a group has \(size): "
          + "every advantage would be 0",
        at: span,
        secondary: [scope.label("minimum_count", "fewer rewards than this give no advantage")]
          .compactMap { $0 },
        help: "use a `group_size` of at least \(scope.minimumCount), or a smaller `minimum_count`",
        path: path)
    }
  }
}
