extension DiagnosticCode {
  static let lengthOfOtherProcess = DiagnosticCode(
    5210, "length-of-other-process",
    "A length is measured on more than the process that is credited for it.",
    Explanation(
      why: """
        Under process-aware credit a reward trains the tokens of one process. Where it measures the \
        length of the whole response, or of segments of another process, those tokens are rewarded \
        for what others did: a long observation is blamed on the reasoning.
        """,
      example: .sections(
        LengthExample.recipe(
          window: "8..32 tok",
          extra: "\n  long: {kind: overlong, limit: 90 tok, band: 20 tok, credit: reasoning}")),
      nearMiss: .sections(
        LengthExample.recipe(
          window: "8..32 tok",
          extra: """

              long: {kind: overlong, of: [think, answer], limit: 80 tok, band: 20 tok, credit: reasoning}
            """))))
}

extension RecipeCheck {
  static let lengthOfOtherProcess = RecipeCheck(
    .lengthOfOtherProcess, reads: ["segments", "rewards", "stages"]
  ) { input in
    let processes = input.outline.processes
    guard input.outline.stages.contains(where: { $0.is(.processAware) }), processes.count > 1
    else { return [] }
    return input.outline.rewards.filter { $0.is(.length) || $0.is(.lengthPenalty) }
      .compactMap { reward in
        let own = input.outline.segments.filter { $0.process == reward.credit }.map(\.name)
        let foreign = reward.segments.filter { !own.contains($0) }
        let fact: String
        if reward.segments.isEmpty {
          fact = "measures the whole response"
        } else if let first = foreign.first {
          let process = input.outline.segment(first)?.process ?? ""
          fact = "measures `\(first)`, which belongs to `\(process)`"
        } else {
          return nil
        }
        return Diagnostic(
          .lengthOfOtherProcess, severity: .warning,
          "`\(reward.name)` \(fact), but trains only the tokens of `\(reward.credit)`, which get the "
            + "credit or the blame for the length of others",
          at: reward.segments.isEmpty ? input.place(of: reward) : reward.record.span(of: "of"),
          secondary: [.init(span: reward.record.span(of: "credit"), text: "credited here")],
          help: "write `of: [\(own.joined(separator: ", "))]`, or credit another process",
          path: reward.record.path)
      }
  }
}
