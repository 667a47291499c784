extension DiagnosticCode {
  static let leaveOneOutOfRunning = DiagnosticCode(
    5310, "leave-one-out-of-running", "What is remembered has no response that could be left out.",
    Explanation(
      why: """
        Leaving one out compares a response with the others of its group or batch. Under `running` \
        the rewards of earlier updates are kept as a mean and a deviation only, from which no single \
        response can be taken out again.
        """,
      example: .sections(Self.normalization("center: leave_one_out")),
      nearMiss: .sections(Self.normalization("center: mean"))))

  private static func normalization(_ setting: String) -> String {
    """
    normalization:
      perception: {over: running, \(setting)}
    """
  }
}

extension RecipeCheck {
  static let leaveOneOutOfRunning = RecipeCheck(
    .leaveOneOutOfRunning, reads: ["normalization", "stages"]
  ) { input in
    let scopes =
      input.outline.normalization
      + input.outline.stages.compactMap { $0.record.optionalRecord("normalization") }
    return scopes.flatMap { scope in
      ["center", "scale"].compactMap { key -> Diagnostic? in
        let over =
          key == "scale" && scope.has("scale_over") ? "scale_over" : "over"
        let isAcross = key == "scale" && over == "scale_over"
        guard scope.optionalString(key) == "leave_one_out",
          isAcross || scope.optionalString(over) == "running"
        else { return nil }
        return Diagnostic(
          .leaveOneOutOfRunning,
          isAcross
            ? "`scale: leave_one_out` is the deviation of the others that `over` compares with, so "
              + "`scale_over` cannot name other ones"
            : "`\(key): leave_one_out` leaves a response out of rewards that are only remembered as "
              + "a mean and a deviation",
          at: scope.span(of: key),
          secondary: scope.setting(over)?.origin == .written
            ? [.init(span: scope.span(of: over), text: "compared with these")] : [],
          help: key == "center" ? "write `center: mean`" : "write `scale: std`",
          path: "\(scope.path).\(key)")
      }
    }
  }
}
