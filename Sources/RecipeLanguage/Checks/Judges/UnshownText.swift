extension DiagnosticCode {
  static let unshownText = DiagnosticCode(
    5808, "unshown-text", "A judge is said to see something that its prompt never shows.",
    Explanation(
      why: """
        The judge decides without it, while the recipe says the opposite. Where it is the segment \
        that is judged, the verdict has nothing to do with the response.
        """,
      example: .judged(prompt: "{item.problem} Does {item.answer} follow?"),
      nearMiss: .judged(
        prompt: "{item.problem} Does {item.answer} follow from {segment.observation | fence}?")))
}

extension RecipeCheck {
  static let unshownText = RecipeCheck(.unshownText, reads: ["judges", "segments"]) { input in
    input.judges.flatMap { judge -> [Diagnostic] in
      guard let prompt = judge.prompt else { return [] }
      let shown = prompt.holes.map(\.source)
      let nearlyShown = prompt.bareWords.map(\.source)
      return judge.sees.filter { source in
        !shown.contains(source) && !nearlyShown.contains { source.hasSuffix(".\($0)") }
      }.map { source in
        Diagnostic(
          .unshownText, severity: .warning,
          "the prompt of `\(judge.name)` never shows `\(source)`: it is judged without",
          at: judge.span(ofSeen: source),
          secondary: [.init(span: prompt.span.opening, text: "this prompt")],
          help: "put `{\(source)\(source.hasPrefix("segment.") ? " | fence" : "")}` into the "
            + "prompt, or remove it from `sees`", path: "\(judge.record.path).sees")
      }
    }
  }
}

extension SourceSpan {
  /// The first character's place: a long text is pointed at by its beginning.
  var opening: SourceSpan {
    guard start.line != end.line else { return self }
    var span = self
    span.bytes = bytes.lowerBound..<bytes.lowerBound
    span.end = start
    return span
  }
}
