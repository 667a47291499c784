/// Comments that allow a finding, and the key `lint`.
extension DiagnosticCode {
  static let lint: [DiagnosticCode] = [
    .allowSyntax, .allowWithoutReason, .unknownCode, .unusedAllow, .contradictoryLint,
  ]

  static let allowSyntax = DiagnosticCode(
    2401, "allow-syntax", "A comment to Sousvide is malformed.",
    Explanation(
      why: """
        The comment is meant for Sousvide, but it allows nothing as it stands. Whoever reads it would \
        believe that it does.
        """,
      example: .sections(
        "run: {name: example, seed: 1} # sousvide: alow(SV5301) one is enough here"),
      nearMiss: .sections("run: {name: example, seed: 1} # sousvide is asked for one seed here")))

  static let allowWithoutReason = DiagnosticCode(
    2402, "allow-without-reason", "A finding is allowed without saying why.",
    Explanation(
      why: """
        In half a year nobody knows whether the finding was understood or only in the way. The reason \
        is for them.
        """,
      example: .sections(unused("# sousvide: allow(SV3002)")),
      nearMiss: .sections(unused("# sousvide: allow(SV3002) kept for the next experiment"))))

  static let unknownCode = DiagnosticCode(
    2403, "unknown-code", "A comment allows a code that does not exist.",
    Explanation(
      why: "No finding has the code, so the comment allows nothing.",
      example: .sections(unused("# sousvide: allow(SV3992) kept for the next experiment")),
      nearMiss: .sections(unused("# sousvide: allow(SV3002) kept for the next experiment"))))

  static let unusedAllow = DiagnosticCode(
    2404, "unused-allow", "A comment allows a finding that is not there.",
    Explanation(
      why: """
        The finding was mended or has moved. A comment that stays behind would hide the next one that \
        turns up in its place.
        """,
      example: .sections("run: {name: example, seed: 1} # sousvide: allow(SV3002) kept for later"),
      nearMiss: .sections(unused("# sousvide: allow(SV3002) kept for the next experiment"))))

  static let contradictoryLint = DiagnosticCode(
    2405, "contradictory-lint", "`lint` gives one code two severities.",
    Explanation(
      why: "Which of the two holds would depend on the order in which they are read.",
      example: .sections(#"lint: {deny: [SV3002], allow: {SV3002: "kept for later"}}"#),
      nearMiss: .sections(#"lint: {allow: {SV3002: "kept for later"}}"#)))

  /// A schedule that nothing uses, with a comment.
  private static func unused(_ comment: String) -> String {
    """
    schedules:
      rate: {linear: {from: 5.0e-4, to: 5.0e-5}}
      spare: {linear: {from: 5.0e-4, to: 5.0e-5}} \(comment)
    """
  }
}
