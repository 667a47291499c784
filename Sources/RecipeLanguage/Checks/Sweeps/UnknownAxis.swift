extension DiagnosticCode {
  static let unknownAxis = DiagnosticCode(
    6001, "unknown-axis", "A sweep varies something that is no param.",
    Explanation(
      why: """
        A sweep turns the same knobs as `--param`, so that every cell can be run by hand. What is to \
        vary is declared under `params` and used as `${params.<name>}`.
        """,
      example: .swept(axes: "{windw: {values: [8..32 tok, 16..64 tok]}}"), nearMiss: .swept()))
}

extension RecipeCheck {
  static let unknownAxis = RecipeCheck(.unknownAxis, reads: ["params"]) { input in
    guard let sweep = input.root.optionalRecord("sweep") else { return [] }
    let params = input.names.all(.params)
    let axes = sweep.optionalRecord("axes").map { [$0] } ?? []
    return (axes + (sweep.optionalRecord("controls")?.records ?? [])).flatMap { group in
      group.keys.filter { !params.contains($0) }.map { name in
        let near = Suggestion.closest(to: name, among: params)
        let span = group.setting(name)?.keySpan ?? group.span
        return Diagnostic(
          .unknownAxis, "there is no param `\(name)` that a sweep could vary", at: span,
          help: near.map { "did you mean `\($0)`?" }
            ?? "declare `params: {\(name): {…}}` and write `${params.\(name)}` where it is used",
          fixes: near.map { [.replace(span, with: $0, isSafe: false)] } ?? [],
          path: "\(group.path).\(name)")
      }
    }
  }
}
