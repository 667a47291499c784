/// The most that a recipe can pay to judges and generators.
struct JudgeCosts {
  /// What one of them can cost.
  struct Line {
    let name: String
    let questions: Int
    /// Dollars for one question.
    let price: Double

    var cost: Double { Double(questions) * price }
    var text: String {
      "\(name): \(questions) questions x \(shortText(price)) USD = "
        + "\(shortText((cost * 100).rounded() / 100)) USD"
    }
  }

  let lines: [Line]
  /// Those that are paid by token: how many tokens their prompts have is not known before a run.
  let byToken: [String]

  init(_ calls: JudgeCalls, _ input: CheckInput) {
    let asked = ["judges", "generators"].flatMap {
      input.root.optionalRecord($0)?.records ?? []
    }.map { (record: $0, questions: calls.questions(to: $0.path)) }.filter { $0.questions > 0 }
    lines = asked.compactMap { record, questions in
      record.optionalNumber("price").map {
        Line(name: record.name, questions: questions, price: $0)
      }
    }
    byToken = asked.filter { !$0.record.has("price") && $0.record.has("token_price") }
      .map(\.record.name)
  }

  /// Dollars, without those that are paid by token.
  var total: Double { lines.reduce(0) { $0 + $1.cost } }
}
