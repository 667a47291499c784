extension DiagnosticCode {
  static let unknownHole = DiagnosticCode(
    5806, "unknown-hole", "A judge's prompt shows something that `sees` does not list.",
    Explanation(
      why: """
        `sees` is all that a judge may be shown, so that one line of the recipe tells what a verdict \
        can depend on. A prompt cannot add to it.
        """,
      example: .judged(prompt: "{item.problem} {item.answr} {segment.observation | fence}"),
      nearMiss: .judged(prompt: "{item.problem} {item.answer} {segment.observation | fence}")))
}

extension RecipeCheck {
  static let unknownHole = RecipeCheck(.unknownHole, reads: ["judges", "segments"]) { input in
    input.judges.flatMap { judge -> [Diagnostic] in
      guard let prompt = judge.prompt else { return [] }
      let path = "\(judge.record.path).prompt"
      let sees = Diagnostic.Label(
        span: judge.record.span(of: "sees"), text: "all that `\(judge.name)` sees")
      let unlisted = prompt.holes.filter { !judge.sees.contains($0.source) }.map { hole in
        let near = Suggestion.closest(to: hole.source, among: judge.sees)
        let written = near.map { "{\($0)\(hole.isFenced ? " | fence" : "")}" }
        return Diagnostic(
          .unknownHole, "`sees` does not list `\(hole.source)`, so the prompt cannot show it",
          at: hole.span, secondary: [sees],
          help: written.map { "did you mean `\($0)`?" } ?? "add `\(hole.source)` to `sees`",
          fixes: hole.isExact
            ? written.map { [.replace(hole.span, with: $0, isSafe: false)] } ?? [] : [],
          path: path)
      }
      let bare = prompt.bareWords.compactMap { word -> Diagnostic? in
        guard
          let meant = judge.sees.first(where: { $0 == "item.\(word.source)" })
            ?? judge.sees.first(where: { $0 == "segment.\(word.source)" })
        else { return nil }
        let written = "{\(meant)\(meant.hasPrefix("segment.") ? " | fence" : "")}"
        return Diagnostic(
          .unknownHole, "`{\(word.source)}` is no hole: the judge would read it as it stands",
          at: word.span, help: "write `\(written)`", path: path)
      }
      return unlisted + bare
    }
  }
}
