extension DiagnosticCode {
  static let idleStopRule = DiagnosticCode(
    6017, "idle-stop-rule", "A rule that ends runs of a sweep early can never hold.",
    Explanation(
      why: """
        The rules look at what the steps of policy stages measure: groups that are told apart, \
        truncation, and the divergence from the reference, which is measured only where there is one. \
        A rule for more steps than a stage has is never reached.
        """,
      example: .swept(settings: ["stop: {informative_groups: 5%, for: 200 step}"]),
      nearMiss: .swept(settings: ["stop: {informative_groups: 5%, kl: 2, for: 20 step}"])))
}

extension RecipeCheck {
  static let idleStopRule = RecipeCheck(.idleStopRule, reads: ["sweep", "stages"]) { input in
    guard let stop = input.root.optionalRecord("sweep")?.optionalRecord("stop") else { return [] }
    func idle(_ message: String, _ key: String?, _ help: String) -> [Diagnostic] {
      [
        Diagnostic(
          .idleStopRule, severity: .warning, message, at: key.map(stop.span(of:)) ?? stop.span,
          help: help, path: key.map { "sweep.stop.\($0)" } ?? "sweep.stop")
      ]
    }
    guard ["informative_groups", "truncated", "kl"].contains(where: stop.has) else {
      return idle(
        "no rule is given, so no run is ended", nil, "add `informative_groups`, `truncated` or `kl`"
      )
    }
    let stages = input.outline.stages.filter { $0.is(.policy) }
    guard !stages.isEmpty else {
      return idle(
        "no stage samples responses, so there is nothing to look at", nil, "remove `stop`")
    }
    var found: [Diagnostic] = []
    let isMeasured = stages.contains { stage in
      stage.record.optionalRecord("kl").map { $0.optionalNumber("coefficient") != 0 } ?? false
    }
    if stop.has("kl"), !isMeasured {
      found += idle(
        "no stage has a reference policy to diverge from", "kl",
        "remove the rule, or give a stage `kl: {coefficient: …, reference: …}`")
    }
    if let steps = stop.optionalInteger("for"), let longest = stages.compactMap(\.steps).max(),
      steps > longest
    {
      found += idle(
        "a rule must hold for \(steps) steps, but no stage that samples has more than \(longest)",
        "for", "ask for fewer steps")
    }
    return found
  }
}
