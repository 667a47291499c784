/// The most that a recipe with a budget can spend.
public struct WorstCase: Sendable, Equatable {
  /// One limit of the budget.
  public struct Line: Sendable, Equatable {
    /// `judge_calls`
    public let key: String
    /// "56000 of 57000 judge calls"
    public let text: String
  }

  public let lines: [Line]
  /// What is not in them, because the number of its items is not known: "evaluation held_out".
  public let uncounted: [String]

  /// "at most 56000 of 57000 judge calls, 24 h"
  public var text: String {
    let rest = uncounted.isEmpty ? "" : ", without " + uncounted.joined(separator: ", ")
    return "at most " + lines.map(\.text).joined(separator: ", ") + rest
  }

  /// Nil without a budget.
  init?(_ input: CheckInput) {
    guard let budget = input.root.optionalRecord("budget") else { return nil }
    let calls = JudgeCalls(input)
    var lines: [Line] = []
    if let limit = budget.optionalInteger("judge_calls") {
      lines.append(Line(key: "judge_calls", text: "\(calls.total) of \(limit) judge calls"))
    }
    if let limit = budget.optionalInteger("tokens") {
      lines.append(Line(key: "tokens", text: "\(calls.tokens) of \(limit) tokens"))
    }
    if let limit = budget.optionalNumber("cost") {
      let costs = JudgeCosts(calls, input)
      let cents = (costs.total * 100).rounded() / 100
      let unknown =
        costs.byToken.isEmpty
        ? "" : " besides \(costs.byToken.joined(separator: ", ")), paid by token"
      lines.append(
        Line(key: "cost", text: "\(shortText(cents)) of \(shortText(limit)) USD\(unknown)"))
    }
    if let limit = budget.optionalNumber("time") {
      lines.append(Line(key: "time", text: "\(shortText(limit)) h"))
    }
    self.lines = lines
    uncounted = calls.uncounted
  }
}
