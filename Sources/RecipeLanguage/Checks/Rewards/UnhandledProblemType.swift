extension DiagnosticCode {
  static let unhandledProblemType = DiagnosticCode(
    5112, "unhandled-problem-type", "The data hold a value for which a reward has no measure.",
    Explanation(
      why: """
        Accuracy is measured by the problem type of each record. For a type it does not know the \
        reward abstains, the response takes no part in the normalization, and every record of that \
        type is generated and paid for in vain.
        """,
      example: .sections(Self.data, facts: Self.facts(["multiple choice", "essay"])),
      nearMiss: .sections(Self.data, facts: Self.facts(["multiple choice", "numerical"]))))

  private static let data = """
    data:
      traces: {kind: clipworld, split: cold_start, clips: 400}
      questions: {kind: clipworld, split: train, clips: 400}
      held_out: {kind: clipworld, split: test, clips: 100}
    """

  private static func facts(_ types: [String]) -> StatedFacts {
    StatedFacts(
      columns: [
        "questions": [
          "problem_type": ColumnFacts(.text, values: types), "answer": ColumnFacts(.text),
          "problem": ColumnFacts(.text), "options": ColumnFacts(.list),
        ]
      ])
  }
}

extension RecipeCheck {
  static let unhandledProblemType = RecipeCheck(
    .unhandledProblemType, reads: ["rewards", "stages", "data"]
  ) { input in
    input.dataReadByRewards.flatMap { reward, data, place in
      reward.signature.dispatch.sorted { $0.key < $1.key }.compactMap { column, known in
        let columns = input.facts.ask(for: .unhandledProblemType) { $0.columns(ofData: data) }
        guard let values = columns?[column]?.values else { return nil }
        let unknown = values.filter { !known.contains($0) }
        guard let first = unknown.first else { return nil }
        let listed = unknown.prefix(3).map { "`\($0)`" }.joined(separator: ", ")
        return Diagnostic(
          .unhandledProblemType, severity: .warning, confidence: .facts,
          "`\(reward.name)` has no measure for `\(column)` \(listed) in `\(data)`, so those "
            + "questions would train nothing",
          at: input.place(of: reward), secondary: [.init(span: place, text: "reads `\(data)`")],
          notes: ["it knows \(known.map { "`\($0)`" }.joined(separator: ", "))"],
          help: Suggestion.closest(to: first, among: known).map {
            "write `\($0)` in the data for `\(first)`"
          } ?? "leave those records out, or use another reward for them",
          path: reward.record.path)
      }
    }
  }
}

extension CheckInput {
  /// Which reward is computed on which data of which policy stage; each pair of reward and data
  /// once.
  var dataReadByRewards: [(reward: RecipeOutline.Reward, data: String, place: SourceSpan)] {
    var seen: Set<[String]> = []
    var found: [(reward: RecipeOutline.Reward, data: String, place: SourceSpan)] = []
    for stage in outline.stages {
      guard let data = stage.data else { continue }
      for reward in outline.scopes(of: stage).flatMap(\.rewards)
      where seen.insert([reward.name, data]).inserted {
        found.append((reward, data, stage.record.span(of: "data")))
      }
    }
    return found
  }
}
