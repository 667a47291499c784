extension DiagnosticCode {
  static let greedyGroups = DiagnosticCode(
    5451, "greedy-groups", "All responses of a group are equal, so nothing can be compared.",
    Explanation(
      why: """
        At temperature 0, or when only the most likely token is kept, every response to a question is \
        the same: all rewards of a group are equal and every advantage is 0. A stage of any length \
        then leaves the policy as it was.
        """,
      example: .sections(ExampleStages.text(sampling: "temperature: 0, max_new_tokens: 96 tok")),
      nearMiss: .sections(
        ExampleStages.text(sampling: "temperature: 0.1, max_new_tokens: 96 tok"))))
}

extension RecipeCheck {
  static let greedyGroups = RecipeCheck(.greedyGroups, reads: ["stages"]) { input in
    input.outline.stages.filter { $0.is(.policy) }.compactMap { stage in
      guard let sampling = stage.record.optionalRecord("sampling") else { return nil }
      if sampling.optionalNumber("temperature") == 0 {
        return finding(
          stage, sampling, "temperature", "samples at temperature 0",
          help: "use a temperature above 0, such as 1.0", replacement: "1.0")
      }
      guard sampling.optionalInteger("top_k") == 1 else { return nil }
      return finding(
        stage, sampling, "top_k", "keeps only the most likely token (`top_k: 1`)",
        help: "write `top_k: none`", replacement: "none")
    }
  }

  private static func finding(
    _ stage: RecipeOutline.Stage, _ sampling: Record, _ key: String, _ what: String, help: String,
    replacement: String
  ) -> Diagnostic {
    let span = sampling.span(of: key)
    let size = stage.groupSize.map { "all \($0) responses" } ?? "all responses"
    return Diagnostic(
      .greedyGroups,
      "stage `\(stage.name)` \(what): \(size) to a question would be equal, and every advantage 0",
      at: span, help: help, fixes: [.replace(span, with: replacement, isSafe: false)],
      path: "\(sampling.path).\(key)")
  }
}
