import RecipeLanguage
import Rewards

/// What the types of a pipeline cannot say.
enum PipelineChecks {
  static let codes = [stepsThatDoNothing, nothingWritten, policyAsked]

  static let stepsThatDoNothing = DiagnosticCode(
    5655, "pipeline-without-effect", "A pipeline hands on all that it is given, or writes in vain.",
    Explanation(
      why: """
        A pipeline writes responses and keeps some of them. Without steps it does neither. Further \
        attempts are made where a condition drops what was written: without a condition, or without a \
        generator that writes anew, there is nothing to try again.
        """,
      example: .sections(example("attempts: 4", "{drafted: {do: write, by: teacher}}")),
      nearMiss: .sections(
        example(
          "attempts: 4",
          "{drafted: {do: write, by: teacher}, right: {do: keep, when: correct >= 0.6}}"))))

  static let nothingWritten = DiagnosticCode(
    5656, "generator-without-draft", "A generator is shown a response before there is one.",
    Explanation(
      why: """
        A prompt of a generator can show segments of the response that the steps before have written, as \
        captions for a trace that goes on from them. In the first step that writes there is none.
        """,
      example: writing("{item.problem} {segment.observation | fence}"),
      nearMiss: writing("{item.problem} {item.answer}")))

  static let policyAsked = DiagnosticCode(
    5657, "pipeline-asks-policy",
    "A condition of a pipeline reads a reward that the policy must answer for.",
    Explanation(
      why: """
        Some rewards are computed from further responses of the policy: answers from its own text, or \
        to changed frames. A pipeline has generators and no policy, so such a reward would never have a \
        value, and every item would be dropped.
        """,
      example: asking(
        "{kind: self_sufficiency, of: [observation], answer: answer, credit: perception}"),
      nearMiss: asking("{kind: format, of: [observation], credit: perception}")))

  private static func asking(_ reward: String) -> RecipeExample {
    .sections(
      """
      rewards:
        sufficient: {kind: judge, judge: sufficiency, of: [observation], credit: perception}
        correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
        seen: \(reward)
      """ + "\n"
        + example(
          "attempts: 1", "{drafted: {do: write, by: teacher}, good: {do: keep, when: seen > 0}}"))
  }

  private static func writing(_ prompt: String) -> RecipeExample {
    .sections(
      """
      secrets: {key: {env: ANTHROPIC_API_KEY}}
      generators:
        teacher:
          api: anthropic
          model: claude-3-7-sonnet-20250219
          auth: secrets.key
          prompt: "\(prompt)"
      """ + "\n" + example("attempts: 1", "{drafted: {do: write, by: teacher}}", generators: false))
  }

  private static func example(_ attempts: String, _ steps: String, generators: Bool = true)
    -> String
  {
    (generators ? "generators:\n  teacher: {api: oracle, wrong_answers: 10%}\n" : "") + """
      stages:
        curated: {algorithm: pipeline, data: traces, \(attempts), steps: \(steps)}
        warm: {algorithm: sft, data: stages.curated, steps: 100, batch_size: 8, learning_rate: 1.0e-3}
        rl:
          algorithm: process_aware_grpo
          init: warm
          data: questions
          steps: 100
          prompts_per_step: 8
          group_size: 8
          sampling: {temperature: 1.0, max_new_tokens: 96 tok}
          truncation: score
          kl: {coefficient: 0.04, reference: warm}
          learning_rate: schedules.rate
      """
  }

  static func stage(_ stage: Record, _ context: CheckContext) -> [Diagnostic] {
    guard let list = stage.optionalRecord("steps") else { return [] }
    let steps = list.records
    guard !steps.isEmpty else {
      return [
        Diagnostic(
          stepsThatDoNothing, "the pipeline `\(context.name)` has no steps", at: list.span,
          help: "write `steps: {drafted: {do: write, by: …}, right: {do: keep, when: …}}`",
          path: "\(context.path).steps")
      ]
    }
    return unwritten(steps, context) + attempts(steps, stage, context) + asked(steps, context)
  }

  private static func unwritten(_ steps: [Record], _ context: CheckContext) -> [Diagnostic] {
    guard let step = steps.first, let name = step.optionalString("by"),
      let generator = context.root.optionalRecord("generators")?.optionalRecord(name),
      let hole = generator.optionalTemplate("prompt")?.holes
        .first(where: { $0.source.hasPrefix("segment.") })
    else { return [] }
    return [
      Diagnostic(
        nothingWritten,
        "`\(name)` is shown `\(hole.source)`, but it is the first of `\(context.name)` to write",
        at: hole.span,
        secondary: [.init(span: step.span(of: "by"), text: "nothing is written before")],
        help: "show columns of the item, as in `{item.problem}`, or let another step write first",
        path: "\(step.path).by")
    ]
  }

  private static func asked(_ steps: [Record], _ context: CheckContext) -> [Diagnostic] {
    let rewards = context.root.optionalRecord("rewards")?.records ?? []
    let kinds = RewardRegistry.standard.schemas.filter { $0.traits.contains(.asksPolicy) }
    return steps.compactMap { step in
      let names = step.optionalExpression("when")?.rewardNames ?? []
      guard
        let reward = rewards.needed(for: names).first(where: { reward in
          kinds.contains { $0.name == reward.optionalString("kind") }
        })
      else { return nil }
      return Diagnostic(
        policyAsked,
        "the condition reads `\(reward.name)`, for which the policy answers again, and a pipeline has none",
        at: step.span(of: "when"),
        secondary: [.init(span: reward.span(of: "kind"), text: "computed from further responses")],
        help: "use rewards that look at the response alone, or ask a judge",
        path: "\(step.path).when")
    }
  }

  private static func attempts(
    _ steps: [Record], _ stage: Record, _ context: CheckContext
  ) -> [Diagnostic] {
    let writes = steps.contains { $0.has("by") }
    let keeps = steps.contains { $0.has("when") }
    guard let attempts = stage.optionalInteger("attempts"), attempts > 1, !(writes && keeps) else {
      return []
    }
    return [
      Diagnostic(
        stepsThatDoNothing, severity: .warning,
        writes
          ? "no step of `\(context.name)` drops a response, so none is written again"
          : "no step of `\(context.name)` writes, so a response that is dropped stays the same",
        at: stage.span(of: "attempts"),
        help: writes ? "add a step `{do: keep, when: …}`" : "add a step `{do: write, by: …}`",
        path: "\(context.path).attempts")
    ]
  }

  /// What every stage may have and a pipeline has no use for.
  static func idle(_ stage: Record) -> [IdleSetting] {
    guard stage.has("init") else { return [] }
    return [
      IdleSetting(
        record: stage, key: "init", reason: "a pipeline makes data: no weights take part in it")
    ]
  }
}
