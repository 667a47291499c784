extension DiagnosticCode {
  static let contextTooShort = DiagnosticCode(
    5212, "context-too-short", "A prompt and its response exceed what the model was made for.",
    Explanation(
      why: """
        Positions beyond the context length were never trained. Responses to the longest prompts \
        would run into them and decay, which looks like a policy that fails on long videos.
        """,
      example: .sections(Self.questions, facts: Self.facts(longest: 4050)),
      nearMiss: .sections(Self.questions, facts: Self.facts(longest: 4000))))

  private static let questions = """
    data:
      traces: {kind: clipworld, split: cold_start, clips: 400}
      questions: {kind: clipworld, split: train, clips: 400}
      held_out: {kind: clipworld, split: test, clips: 100}
    """

  private static func facts(longest: Int) -> StatedFacts {
    StatedFacts(context: 4096, prompts: ["questions": LengthFacts([900, longest])])
  }
}

extension RecipeCheck {
  static let contextTooShort = RecipeCheck(
    .contextTooShort, reads: ["stages", "data", "model", "video"]
  ) { input in
    input.outline.stages.compactMap { stage in
      guard stage.is(.policy), let data = stage.data, let limit = stage.maximumNewTokens,
        let context = input.facts.ask(for: .contextTooShort, { $0.contextLength() }),
        let prompts = input.facts.ask(for: .contextTooShort, { $0.promptTokens(ofData: data) }),
        // A prompt that is too long by itself is a finding of its own.
        let longest = prompts.longest, longest <= context, longest + limit > context,
        let sampling = stage.record.optionalRecord("sampling")
      else { return nil }
      let share = 1 - prompts.share(in: 0...Double(max(0, context - limit)))
      return Diagnostic(
        .contextTooShort, confidence: .facts,
        "prompts of up to \(longest) tokens and responses of up to \(limit) exceed the context of "
          + "\(context) by \(longest + limit - context)",
        at: sampling.span(of: "max_new_tokens"),
        secondary: [.init(span: stage.record.span(of: "data"), text: "prompts come from here")],
        notes: [
          "\(plain((1000 * share).rounded() / 10)) % of the prompts in `\(data)` are too long"
        ],
        help: "lower `max_new_tokens`, or make prompts shorter with fewer frames or pixels",
        path: "\(stage.record.path).sampling.max_new_tokens")
    }
  }
}
