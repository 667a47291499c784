extension DiagnosticCode {
  static let sampledVerdicts = DiagnosticCode(
    5807, "sampled-verdicts", "A judge's answers are drawn at random and cannot be drawn again.",
    Explanation(
      why: """
        At a temperature above 0 the same response gets different rewards. With a seed, or with the \
        cache as the record of what was said, the run can still be replayed; with neither it cannot.
        """,
      example: .judged(settings: ["cache: false", "sampling: {temperature: 0.7}"]),
      nearMiss: .judged(settings: ["cache: true", "sampling: {temperature: 0.7, seed: 1}"])))
}

extension RecipeCheck {
  static let sampledVerdicts = RecipeCheck(.sampledVerdicts, reads: ["judges"]) { input in
    input.remoteJudges.compactMap { judge in
      guard let sampling = judge.record.optionalRecord("sampling"),
        let temperature = sampling.optionalNumber("temperature"), temperature > 0,
        // What this program runs itself draws the same again.
        !judge.isLocal,
        !sampling.has("seed") || judge.record.optionalBoolean("cache") == false
      else { return nil }
      let isKept = judge.record.optionalBoolean("cache") != false
      return Diagnostic(
        .sampledVerdicts, severity: .warning,
        isKept
          ? "verdicts of `\(judge.name)` are drawn at temperature \(shortText(temperature)) without "
            + "a seed: the same response can earn 1 here and 0 there"
          : "verdicts of `\(judge.name)` are drawn at temperature \(shortText(temperature)) and not "
            + "kept: the run can never be replayed",
        at: sampling.span(of: "temperature"),
        help: "use `temperature: 0`, or keep the cache and give a `seed`",
        path: "\(judge.record.path).sampling.temperature")
    }
  }
}
