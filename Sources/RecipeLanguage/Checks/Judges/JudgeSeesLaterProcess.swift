extension DiagnosticCode {
  static let judgeSeesLaterProcess = DiagnosticCode(
    5802, "judge-sees-later-process",
    "The judge of an early process sees segments of a process that follows it.",
    Explanation(
      why: """
        A judge of perception that sees the reasoning or the answer can conclude from those that the \
        observation suffices. The reward then measures the answer twice and perception not at all.
        """,
      example: .judged(
        sees: "[item.problem, item.answer, segment.observation, segment.answer]",
        prompt: "{item.problem} {item.answer} {segment.observation | fence} "
          + "{segment.answer | fence}"),
      nearMiss: .judged(
        sees: "[item.problem, item.answer, segment.observation]",
        prompt: "{item.problem} {item.answer} {segment.observation | fence}")))
}

extension RecipeCheck {
  static let judgeSeesLaterProcess = RecipeCheck(
    .judgeSeesLaterProcess, reads: ["judges", "rewards", "segments"]
  ) { input in
    let segments = input.outline.segments
    return input.judges.flatMap { judge in
      judge.rewards.flatMap { reward -> [Diagnostic] in
        guard
          let last = segments.lastIndex(where: { reward.segments.contains($0.name) })
        else { return [] }
        let later = segments[(last + 1)...].filter { $0.process != reward.credit }.map(\.name)
        return judge.sees.filter { later.contains(JudgeView.segment(of: $0) ?? "") }.map { source in
          Diagnostic(
            .judgeSeesLaterProcess, severity: .warning,
            "`\(judge.name)` rewards `\(reward.credit)` but sees `\(source)`, which comes after it: "
              + "the later process leaks into the reward",
            at: judge.span(ofSeen: source),
            secondary: [.init(span: reward.record.span(of: "credit"), text: "credited here")],
            help: "remove `\(source)` from `sees`", path: "\(judge.record.path).sees")
        }
      }
    }
  }
}
