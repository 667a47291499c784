extension DiagnosticCode {
  static let modelTunedOtherwise = DiagnosticCode(
    5402, "model-tuned-otherwise",
    "The model's own generation settings differ from what the recipe leaves at its default.",
    Explanation(
      why: """
        A model's `generation_config.json` says how its makers sample from it, and other programs \
        merge it silently into what a user asks for: a `top_k: 1` there has made groups of equal \
        responses. Here the recipe alone decides. Where the model's file differs from a default that \
        the recipe does not write, the recipe should say which of the two it means.
        """,
      example: .sections(
        ExampleStages.text(sampling: "temperature: 1.0, max_new_tokens: 96 tok"),
        facts: StatedFacts(generation: GenerationFacts(temperature: 0.1, topK: 1))),
      nearMiss: .sections(
        ExampleStages.text(sampling: "temperature: 1.0, top_k: none, max_new_tokens: 96 tok"),
        facts: StatedFacts(generation: GenerationFacts(temperature: 0.1, topK: 1)))))
}

extension RecipeCheck {
  static let modelTunedOtherwise = RecipeCheck(
    .modelTunedOtherwise, reads: ["model", "stages"]
  ) { input in
    let stages = input.outline.stages.filter { $0.is(.policy) && $0.record.has("sampling") }
    guard !stages.isEmpty,
      let model = input.facts.ask(for: .modelTunedOtherwise, { $0.generation() })
    else { return [] }
    return stages.flatMap { stage -> [Diagnostic] in
      guard let sampling = stage.record.optionalRecord("sampling") else { return [] }
      let found = differences(sampling, model).map { key, theirs, ours in
        Diagnostic(
          .modelTunedOtherwise, severity: .warning, confidence: .facts,
          "the model's generation settings say `\(key): \(theirs)`, stage `\(stage.name)` samples "
            + "with the default `\(key): \(ours)`",
          at: stage.record.span(of: "sampling"),
          notes: ["only the recipe decides how responses are drawn"],
          help: "write `\(key): \(ours)` to keep it, or `\(key): \(theirs)`",
          fixes: [
            sampling.edit(adding: key, ours, before: "max_new_tokens")
              .map { Fix("write `\(key): \(ours)`", isSafe: true, edits: [$0]) }
          ].compactMap { $0 },
          path: "\(sampling.path).\(key)")
      }
      guard let penalty = model.repetitionPenalty, penalty != 1 else { return found }
      let note = Diagnostic(
        .modelTunedOtherwise, severity: .note, confidence: .facts,
        "the model's generation settings ask for a repetition penalty of \(shortText(penalty)); "
          + "stage `\(stage.name)` samples without one, so that what is drawn is what is trained",
        at: stage.record.span(of: "sampling"), path: sampling.path)
      return found + [note]
    }
  }

  /// Keys the recipe leaves at their default and the model sets to something else.
  private static func differences(
    _ sampling: Record, _ model: GenerationFacts
  ) -> [(key: String, theirs: String, ours: String)] {
    func isWritten(_ key: String) -> Bool { sampling.setting(key)?.origin == .written }
    var found: [(String, String, String)] = []
    if let theirs = model.temperature, let ours = sampling.optionalNumber("temperature"),
      theirs != ours, !isWritten("temperature")
    {
      found.append(("temperature", shortText(theirs), shortText(ours)))
    }
    if let theirs = model.topP, let ours = sampling.optionalNumber("top_p"), theirs != ours,
      !isWritten("top_p")
    {
      found.append(("top_p", shortText(theirs), shortText(ours)))
    }
    // 0 is how the file says that all tokens are kept.
    if let theirs = model.topK, theirs > 0, sampling.optionalInteger("top_k") != theirs,
      !isWritten("top_k")
    {
      found.append(("top_k", "\(theirs)", "none"))
    }
    return found
  }
}
