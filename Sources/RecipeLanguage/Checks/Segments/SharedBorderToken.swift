extension DiagnosticCode {
  static let sharedBorderToken = DiagnosticCode(
    5007, "shared-border-token",
    "A delimiter shares a token with the text beside it, so credit leaks over the border.",
    Explanation(
      why: """
        Credit is given per token, and a token that holds the end of one segment and the beginning \
        of the next belongs to the side of its first byte. Where the tokenizer merges a delimiter \
        with its neighbours, the policy also learns two spellings of one delimiter. A delimiter \
        that is a token of its own has neither problem.
        """,
      example: .sections(
        Self.segments, facts: StatedFacts(texts: [".</think>": 3, ".": 1, "</think>": 3])),
      nearMiss: .sections(
        Self.segments, facts: StatedFacts(texts: [".</think>": 4, ".": 1, "</think>": 3]))))

  private static let segments = """
    segments:
      observation: {process: perception}
      think: {process: reasoning}
      answer: {process: reasoning}
    """
}

extension RecipeCheck {
  static let sharedBorderToken = RecipeCheck(
    .sharedBorderToken, reads: ["segments", "model", "stages"]
  ) { input in
    guard input.outline.stages.contains(where: { $0.is(.policy) }) else { return [] }
    func count(_ text: String) -> Int? {
      input.facts.ask(for: .sharedBorderToken) { $0.tokenCount(text) }
    }
    let segments = input.outline.segments
    return segments.enumerated().compactMap { index, segment in
      let next = index + 1 < segments.count ? [(segment.close, segments[index + 1].open)] : []
      let borders = [(".", segment.close), (segment.open, "The")] + next
      let merged = borders.first { left, right in
        guard let whole = count(left + right), let first = count(left), let second = count(right)
        else { return false }
        return whole != first + second
      }
      return merged.map { left, right in
        Diagnostic(
          .sharedBorderToken, severity: .warning, confidence: .facts,
          "`\(left)` and `\(right)` share a token where they meet, so part of the credit of "
            + "`\(segment.name)` goes to the wrong side",
          at: input.place(of: segment),
          help: "use delimiters that are tokens of their own, or that the tokenizer never merges",
          path: segment.record.path)
      }
    }
  }
}
