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

  /// "at most 56000 of 57000 judge calls, 24 h"
  public var text: String { "at most " + lines.map(\.text).joined(separator: ", ") }

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
      let cost = input.judges.reduce(0) { sum, judge in
        sum + Double(calls.responses) * Double(judge.rewards.count)
          * (judge.record.optionalNumber("price") ?? 0)
      }
      let cents = (cost * 100).rounded() / 100
      lines.append(Line(key: "cost", text: "\(shortText(cents)) of \(shortText(limit)) USD"))
    }
    if let limit = budget.optionalNumber("time") {
      lines.append(Line(key: "time", text: "\(shortText(limit)) h"))
    }
    self.lines = lines
  }
}
