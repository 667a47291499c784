extension DiagnosticCode {
  static let overlappingDelimiters = DiagnosticCode(
    5003, "overlapping-delimiters", "Two delimiters of segments cannot be told apart.",
    Explanation(
      why: """
        Segments are found by their delimiters alone. Where two are equal, where one begins with the \
        other, or where the end of one is the beginning of the other, a stretch of text can be read \
        in two ways, and tokens are credited to the wrong segment or to none.
        """,
      example: .sections(
        """
        segments:
          observation: {process: perception, open: "<o", close: "</o>"}
          think: {process: reasoning, open: "<o2>", close: "</o2>"}
          answer: {process: reasoning}
        """),
      nearMiss: .sections(
        """
        segments:
          observation: {process: perception, open: "<o>", close: "</o>"}
          think: {process: reasoning, open: "<o2>", close: "</o2>"}
          answer: {process: reasoning}
        """)))
}

extension RecipeCheck {
  static let overlappingDelimiters = RecipeCheck(
    .overlappingDelimiters, reads: ["segments"]
  ) { input in
    let delimiters = input.outline.segments.flatMap { segment in
      [Delimiter(segment, "open", segment.open), Delimiter(segment, "close", segment.close)]
    }
    var found = delimiters.filter(\.text.isEmpty).map { delimiter in
      Diagnostic(
        .overlappingDelimiters,
        "`\(delimiter.path)` is empty, so `\(delimiter.segment.name)` could never be found",
        at: delimiter.span, help: "give the text that stands there in a response",
        path: delimiter.path)
    }
    let filled = delimiters.filter { !$0.text.isEmpty }
    for (index, second) in filled.enumerated() {
      for first in filled[..<index] {
        guard let clash = clash(first.text, second.text) else { continue }
        found.append(
          Diagnostic(
            .overlappingDelimiters, severity: clash.severity,
            "`\(second.path)` (`\(second.text)`) \(clash.verb) `\(first.path)` (`\(first.text)`), "
              + "so \(clash.consequence)",
            at: second.span, secondary: [.init(span: first.span, text: "the other one")],
            help: "use delimiters such as `<\(second.segment.name)>` that share no text",
            path: second.path))
      }
    }
    return found
  }

  private struct Delimiter {
    let segment: RecipeOutline.Segment
    let path: String
    let span: SourceSpan
    let text: String

    init(_ segment: RecipeOutline.Segment, _ key: String, _ text: String) {
      self.segment = segment
      self.text = text
      path = "\(segment.record.path).\(key)"
      span = segment.record.span(of: key)
    }
  }

  private struct Clash {
    var severity: Diagnostic.Severity
    var verb: String
    var consequence: String
  }

  /// What is wrong between two delimiters; nil when nothing is.
  private static func clash(_ first: String, _ second: String) -> Clash? {
    if first == second {
      return Clash(
        severity: .error, verb: "is the same text as",
        consequence: "a response does not say which of the two it means")
    }
    if first.hasPrefix(second) || second.hasPrefix(first) {
      return Clash(
        severity: .error, verb: "begins like",
        consequence: "where the longer one stands the shorter one is never seen")
    }
    let (a, b) = (Array(first.utf8), Array(second.utf8))
    let shared = { (left: [UInt8], right: [UInt8]) in
      (1..<max(1, min(left.count, right.count))).contains { left.suffix($0) == right.prefix($0) }
    }
    guard shared(a, b) || shared(b, a) || first.contains(second) || second.contains(first) else {
      return nil
    }
    return Clash(
      severity: .warning, verb: "shares text with",
      consequence: "where they meet only the first of the two is found")
  }
}
