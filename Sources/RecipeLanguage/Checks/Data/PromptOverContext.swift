extension DiagnosticCode {
  static let promptOverContext = DiagnosticCode(
    5702, "prompt-over-context", "Prompts are longer than the model can read, media included.",
    Explanation(
      why: """
        A video takes hundreds or thousands of placeholder tokens in the prompt. Where the prompt is \
        longer than the context the model was made for, placeholders lie beyond what it can tell \
        apart (programs that truncate would cut them, and fail on the media left without a place).
        """,
      example: .sections(
        "", facts: StatedFacts(context: 1024, prompts: ["questions": LengthFacts([900, 1100])])),
      nearMiss: .sections(
        "", facts: StatedFacts(context: 2048, prompts: ["questions": LengthFacts([900, 1100])]))))
}

extension RecipeCheck {
  static let promptOverContext = RecipeCheck(
    .promptOverContext, reads: ["data", "model", "stages", "video"]
  ) { input in
    guard let context = input.facts.ask(for: .promptOverContext, { $0.contextLength() }) else {
      return []
    }
    var asked: Set<String> = []
    return input.outline.stages.compactMap { stage in
      guard let data = stage.data, asked.insert(data).inserted,
        let prompts = input.facts.ask(for: .promptOverContext, { $0.promptTokens(ofData: data) }),
        let longest = prompts.longest, longest > context
      else { return nil }
      let over = 1 - prompts.share(in: 0...Double(context))
      return Diagnostic(
        .promptOverContext, confidence: .facts,
        "prompts of `\(data)` take up to \(longest) tokens, media included; the model reads \(context), "
          + "and \(percentage(over)) of them would lose part of their media",
        at: stage.record.span(of: "data"),
        help: "use fewer frames or a smaller `max_pixels` in `video`",
        path: "\(stage.record.path).data")
    }
  }
}
