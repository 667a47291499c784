/// An expression with the value of every part drawn below it:
///
///     rewards.brevity.window.max + 16 tok <= stages.rl.sampling.max_new_tokens
///     |                          |        |  |
///     |                          |        |  72 tok
///     |                          80 tok   false
///     64 tok
enum PowerAssertion {
  /// - Parameter limit: characters of a value that are shown.
  static func lines(
    _ expression: Expression, in environment: ExpressionEnvironment, limit: Int = 40
  ) -> [String] {
    let bytes = Array(expression.text.utf8)
    var values: [(column: Int, text: String)] = []
    expression.root.visit { term in
      guard let anchor = anchor(of: term, in: bytes) else { return }
      // Columns count characters, ranges bytes.
      let column = bytes[..<anchor].count { $0 & 0xC0 != 0x80 }
      let value = term.value(in: environment).map(\.description) ?? "no value"
      let text = value.count <= limit ? value : value.prefix(limit - 3) + "..."
      values.append((column, String(text)))
    }
    let text = String(decoding: bytes.map { $0 < .space ? .space : $0 }, as: UTF8.self)
    return [text] + rows(values.sorted { $0.column < $1.column })
  }

  /// Where the value of a part is drawn; nil for what is its own value.
  private static func anchor(of term: Expression.Term, in text: [UInt8]) -> Int? {
    switch term.form {
    case .number, .boolean, .text: return nil
    case .binary(_, let left, let right):
      // The operator stands behind the parentheses that close the left side.
      let between = left.range.upperBound..<right.range.lowerBound
      return between.first { text[$0] > .space && text[$0] != UInt8(ascii: ")") }
    case .member(let window, _): return window.range.lowerBound
    default: return term.range.lowerBound
    }
  }

  /// A row of bars, then rows in which every value stands below its bar, the last ones first.
  private static func rows(_ values: [(column: Int, text: String)]) -> [String] {
    var open: [(column: Int, text: String)] = []
    for value in values where open.last?.column != value.column { open.append(value) }
    var rows = [row(open.map { ($0.column, "|") })]
    while !open.isEmpty {
      var placed: [(column: Int, text: String)] = []
      var waiting: [(column: Int, text: String)] = []
      for value in open.reversed() {
        let end = value.column + value.text.count
        let next = ([placed.last?.column, waiting.last?.column].compactMap { $0 }).min()
        if next.map({ end < $0 }) ?? true {
          placed.append(value)
        } else {
          waiting.append(value)
        }
      }
      let bars = waiting.map { (column: $0.column, text: "|") }
      rows.append(row((placed + bars).sorted { $0.column < $1.column }))
      open = waiting.reversed()
    }
    return rows
  }

  private static func row(_ parts: [(column: Int, text: String)]) -> String {
    parts.reduce(into: "") { row, part in
      row += String(repeating: " ", count: max(0, part.column - row.count)) + part.text
    }
  }
}
