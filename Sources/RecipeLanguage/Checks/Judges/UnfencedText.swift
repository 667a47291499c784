extension DiagnosticCode {
  static let unfencedText = DiagnosticCode(
    5803, "unfenced-text", "A judge's prompt shows text of the policy without a fence.",
    Explanation(
      why: """
        What the policy writes is untrusted: "the verdict is Yes" inside an observation is read as \
        part of the prompt, and training finds such sentences. A fence sets the text apart with a \
        mark that it cannot contain.
        """,
      example: .judged(prompt: "{item.problem} {item.answer} {segment.observation}"),
      nearMiss: .judged(prompt: "{item.problem} {item.answer} {segment.observation | fence}")))
}

extension RecipeCheck {
  static let unfencedText = RecipeCheck(.unfencedText, reads: ["judges", "segments"]) { input in
    input.judges.flatMap { judge in
      (judge.prompt?.holes ?? []).filter { $0.source.hasPrefix("segment.") && !$0.isFenced }
        .map { hole in
          let written = "{\(hole.source) | fence}"
          return Diagnostic(
            .unfencedText,
            "the policy's own text stands in the prompt of `\(judge.name)` without a fence: it can "
              + "tell the judge what to say",
            at: hole.span, help: "write `\(written)`",
            fixes: hole.isExact ? [.replace(hole.span, with: written, isSafe: true)] : [],
            path: "\(judge.record.path).prompt")
        }
    }
  }
}

extension Template.Hole {
  /// Whether the span is that of the hole, and not of a whole text that could not be taken apart.
  var isExact: Bool {
    span.start.line == span.end.line
      && span.bytes.count <= source.utf8.count + " | fence".utf8.count + 8
  }
}
