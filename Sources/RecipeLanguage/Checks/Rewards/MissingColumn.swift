extension DiagnosticCode {
  static let missingColumn = DiagnosticCode(
    5113, "missing-column", "A reward or its judge reads a column that the data lack.",
    Explanation(
      why: """
        What a reward compares a response with comes from the columns of the data. Without the \
        column, or with numbers or lists where text is read, nothing can be compared: the run would \
        stop at the first group, after the stages before it were paid for.
        """,
      example: .sections(Self.data, facts: Self.facts(answer: nil)),
      nearMiss: .sections(Self.data, facts: Self.facts(answer: ColumnFacts(.text)))))

  private static let data = """
    data:
      traces: {kind: clipworld, split: cold_start, clips: 400}
      questions: {kind: clipworld, split: train, clips: 400}
      held_out: {kind: clipworld, split: test, clips: 100}
    """

  private static func facts(answer: ColumnFacts?) -> StatedFacts {
    var columns = [
      "problem_type": ColumnFacts(.text), "problem": ColumnFacts(.text),
      "options": ColumnFacts(.list),
    ]
    columns["answer"] = answer
    return StatedFacts(columns: ["questions": columns])
  }
}

extension RecipeCheck {
  static let missingColumn = RecipeCheck(
    .missingColumn, reads: ["rewards", "judges", "stages", "data"]
  ) { input in
    input.dataReadByRewards.flatMap { reward, data, place -> [Diagnostic] in
      let judge = reward.record.optionalString("judge")
      let sees = input.outline.judges.first { $0.name == judge }?.optionalStrings("sees") ?? []
      let shownByJudge = sees.filter { $0.hasPrefix("item.") && $0 != Template.media }.map {
        String($0.dropFirst(5))
      }
      let formulas = [reward.gate, reward.groupGate, reward.formula].flatMap { $0?.columns ?? [] }
      let own = reward.signature.columns
      let shown = (shownByJudge + formulas).reduce(into: [String]()) {
        if !$0.contains($1) { $0.append($1) }
      }
      guard !own.isEmpty || !shown.isEmpty,
        let columns = input.facts.ask(for: .missingColumn, { $0.columns(ofData: data) })
      else { return [] }
      return (own + shown.filter { !own.contains($0) }).compactMap { column in
        let isShown = shownByJudge.contains(column) && !own.contains(column)
        let reader = isShown ? "the judge of `\(reward.name)`" : "`\(reward.name)`"
        let fact: String
        switch columns[column]?.kind {
        case nil: fact = "`\(data)` has no column `\(column)`"
        case .text?: return nil
        case let kind?:
          // A judge is shown any column as text, and a formula may ask for any type.
          guard own.contains(column) else { return nil }
          fact = "the column `\(column)` of `\(data)` holds \(kind.phrase) instead of text"
        }
        return Diagnostic(
          .missingColumn, confidence: .facts,
          "\(fact), which \(reader) reads, so no response could be scored",
          at: input.place(of: reward), secondary: [.init(span: place, text: "trains on `\(data)`")],
          help: columns[column] == nil
            ? Suggestion.help(for: column, among: columns.keys.sorted())
            : "write it as text in the data",
          path: reward.record.path)
      }
    }
  }
}

extension ColumnFacts.Kind {
  fileprivate var phrase: String {
    switch self {
    case .text: "text"
    case .number: "numbers"
    case .boolean: "`true` and `false`"
    case .list: "lists"
    case .mixed: "values of several types"
    }
  }
}
