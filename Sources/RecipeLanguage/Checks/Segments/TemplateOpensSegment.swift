extension DiagnosticCode {
  static let templateOpensSegment = DiagnosticCode(
    5004, "template-opens-segment",
    "The chat template writes a segment's opening delimiter before the response begins.",
    Explanation(
      why: """
        What the template writes belongs to the prompt, not to the response. The opening delimiter \
        is then never among the tokens that are sampled, the segment is never found, and its format \
        reward is 0 for every response (TRL issue 6966, open-r1 issue 560).
        """,
      example: .sections(
        """
        segments:
          observation: {process: perception}
          think: {process: reasoning}
          answer: {process: reasoning}
        """, facts: StatedFacts(prefix: "<|im_start|>assistant\n<observation>\n")),
      nearMiss: .sections(
        """
        segments:
          observation: {process: perception}
          think: {process: reasoning}
          answer: {process: reasoning}
        """, facts: StatedFacts(prefix: "<|im_start|>assistant\n"))))
}

extension RecipeCheck {
  static let templateOpensSegment = RecipeCheck(
    .templateOpensSegment, reads: ["segments", "model", "stages"]
  ) { input in
    guard input.outline.stages.contains(where: { $0.is(.policy) }),
      !input.outline.segments.isEmpty,
      let prefix = input.facts.ask(for: .templateOpensSegment, { $0.responsePrefix() })
    else { return [] }
    return input.outline.segments
      .filter { !$0.open.isEmpty && prefix.contains($0.open) }
      .map { segment in
        Diagnostic(
          .templateOpensSegment, confidence: .facts,
          "the chat template already writes `\(segment.open)`, so no response would ever hold it and "
            + "`\(segment.name)` would never be found",
          at: input.place(of: segment),
          notes: ["a response begins after \(String(reflecting: prefix))"],
          help: "use a chat template that ends before `\(segment.open)`",
          path: segment.record.path)
      }
  }
}
