extension DiagnosticCode {
  static let stopWithoutClose = DiagnosticCode(
    5005, "stop-without-close", "Responses end at a segment that does not end them.",
    Explanation(
      why: """
        `stop: last_segment` ends a response with the token that completes the close of the segment \
        declared last. Without segments there is nothing to end at. Where the last segment repeats, \
        its first close ends the response, so that it could occur only once.
        """,
      example: .sections(
        Self.segments(", repeats: true")
          + ExampleStages.text(sampling: "max_new_tokens: 96 tok, stop: last_segment")),
      nearMiss: .sections(
        Self.segments("")
          + ExampleStages.text(sampling: "max_new_tokens: 96 tok, stop: last_segment"))))

  private static func segments(_ settings: String) -> String {
    """
    segments:
      observation: {process: perception}
      think: {process: reasoning}
      answer: {process: reasoning\(settings)}
    eval:
      held_out: {data: held_out, after: [rl], max_new_tokens: 96 tok, stop: last_segment}

    """
  }
}

extension RecipeCheck {
  static let stopWithoutClose = RecipeCheck(
    .stopWithoutClose, reads: ["segments", "stages", "eval"]
  ) { input in
    let places =
      input.outline.stages.compactMap { $0.record.optionalRecord("sampling") }
      + input.outline.evaluations
    return places.filter(\.stopsAtLastSegment).compactMap { place in
      let span = place.span(of: "stop")
      let path = "\(place.path).stop"
      guard let last = input.outline.segments.last else {
        return Diagnostic(
          .stopWithoutClose, "`stop: last_segment` has no segment to end a response at",
          at: span, help: "declare `segments`, or write `stop: end_token`", path: path)
      }
      guard last.record.optionalBoolean("repeats") == true else { return nil }
      return Diagnostic(
        .stopWithoutClose, severity: .warning,
        "the first `\(last.close)` ends the response, so `\(last.name)` could occur only once",
        at: span,
        secondary: [.init(span: last.record.span(of: "repeats"), text: "may occur several times")],
        help: "write `stop: end_token`, or declare a segment after `\(last.name)` that occurs once",
        path: path)
    }
  }
}

extension Record {
  /// Whether it ends responses with their last segment.
  var stopsAtLastSegment: Bool { optionalString("stop") == RecipeSchema.lastSegment }
}
