extension DiagnosticCode {
  static let evaluationInTraining = DiagnosticCode(
    5701, "evaluation-in-training", "What is evaluated was trained on.",
    Explanation(
      why: """
        An evaluation on items that training has seen measures memory, not ability, and its numbers \
        cannot be compared with anyone else's. Items are compared by question and media; two entries \
        that name the same file, or the same part of a world, are the same items without looking.
        """,
      example: .sections(Self.evaluation(of: "questions")),
      nearMiss: .sections(Self.evaluation(of: "held_out"))))

  private static func evaluation(of data: String) -> String {
    """
    eval:
      held_out: {data: held_out, after: [warm, rl], max_new_tokens: 96 tok}
      final: {data: \(data), after: [rl], max_new_tokens: 96 tok}
    """
  }
}

extension RecipeCheck {
  static let evaluationInTraining = RecipeCheck(
    .evaluationInTraining, reads: ["data", "eval", "stages"]
  ) { input in
    input.outline.evaluations.compactMap { evaluation in
      guard let name = evaluation.optionalString("data"),
        let after = evaluation.optionalStrings("after")
      else { return nil }
      for stage in input.outline.trainingBehind(after) {
        guard let data = stage.data,
          let overlap = overlap(of: name, with: data, input)
        else { continue }
        return Diagnostic(
          .evaluationInTraining, severity: .warning,
          confidence: overlap.isProved ? .proved : .facts,
          "\(overlap.phrase): `\(evaluation.name)` would measure memory",
          at: evaluation.span(of: "data"),
          secondary: [.init(span: stage.record.span(of: "data"), text: "trained on here")],
          help: "evaluate on data that no stage trains on, or say why in a comment "
            + "`# sousvide: allow(\(DiagnosticCode.evaluationInTraining.name)) …`",
          path: "\(evaluation.path).data")
      }
      return nil
    }
  }

  private static func overlap(
    of evaluated: String, with trained: String, _ input: CheckInput
  ) -> (phrase: String, isProved: Bool)? {
    if evaluated == trained { return ("`\(trained)` is also trained on", true) }
    let entries = input.outline.data
    if let one = entries.first(where: { $0.name == evaluated }),
      let other = entries.first(where: { $0.name == trained }), one.isSameFile(as: other)
    {
      return ("`\(evaluated)` and the training data `\(trained)` are one file", true)
    }
    func digests(_ name: String) -> Set<String>? {
      input.facts.ask(for: .evaluationInTraining) { $0.itemDigests(ofData: name) }
    }
    guard let items = digests(evaluated), let seen = digests(trained) else { return nil }
    let shared = items.intersection(seen).count
    guard shared > 0 else { return nil }
    return (
      "\(shared) of the \(items.count) items of `\(evaluated)` are in the training data `\(trained)`",
      false
    )
  }
}

extension RecipeOutline {
  /// The stages named and everything they start from.
  fileprivate func trainingBehind(_ names: [String]) -> [Stage] {
    let stages = names.compactMap { stage($0) }
    return stages + stages.flatMap { ancestors(of: $0) }
  }
}

extension Record {
  /// Whether two data entries read their records from one file.
  fileprivate func isSameFile(as other: Record) -> Bool {
    guard case .file(_, let path)? = optionalPath("path") else { return false }
    guard case .file(_, let otherPath)? = other.optionalPath("path") else { return false }
    return Paths.standard(path) == Paths.standard(otherPath)
  }
}
