/// `multi`: several graders and the formula that joins them.
extension OpenAIGrader {
  mutating func multi(_ node: Node, name: String) -> String? {
    guard let formula = node["calculate_output"], let scalar = formula.scalar else {
      report(
        .importedValue, "a `multi` grader needs `calculate_output`, its formula",
        at: node["calculate_output"]?.span ?? node.span)
      return nil
    }
    var names: [String: String] = [:]
    for (key, grader) in parts(node) {
      guard let reward = self.grader(grader, name: key, isPart: true) else { continue }
      names[key ?? grader["name"]?.scalar?.text ?? reward] = reward
    }
    guard !names.isEmpty else {
      if !diagnostics.contains(where: { $0.severity == .error }) {
        report(.importedValue, "a `multi` grader needs `graders`", at: node.span)
      }
      return nil
    }
    do {
      let expression = try GraderFormula.translate(scalar.text, names: names)
      add(
        reward: unused(name), ["kind: expression", "value: \"\(expression)\"", "primary: true"])
      return name
    } catch {
      report(
        .graderFormula, error.message, at: place(error.range, of: scalar, formula),
        help: error.help)
      return nil
    }
  }

  /// The graders by key; the interface has been documented with an object, a list and a single one.
  private func parts(_ node: Node) -> [(String?, Node)] {
    guard let graders = node["graders"] else { return [] }
    switch graders.content {
    case .sequence(let items): return items.map { (nil, $0) }
    case .mapping(let entries):
      if graders["type"]?.scalar != nil { return [(nil, graders)] }
      return entries.map { ($0.key, $0.value) }
    default: return []
    }
  }

  /// A part of the formula's text, when nothing in it is escaped.
  private func place(_ range: Range<Int>, of scalar: Node.Scalar, _ node: Node) -> SourceSpan {
    let start = node.span.bytes.lowerBound + 1
    guard node.span.bytes.count == scalar.text.utf8.count + 2,
      node.span.start.line == node.span.end.line
    else { return node.span }
    var span = node.span
    span.bytes = start + range.lowerBound..<start + range.upperBound
    span.start.column = node.span.start.column + 1 + scalar.text.utf8.prefix(range.lowerBound).count
    span.end = span.start
    span.end.column += max(1, range.count)
    return span
  }
}

/// The formulas of `multi` graders: `+ - * / ^`, calls, and the names of graders.
enum GraderFormula {
  struct Problem: Error {
    var message: String
    var range: Range<Int>
    var help: String?
  }

  static let functions = ["min", "max", "abs", "floor", "ceil", "exp", "sqrt", "log"]

  /// The same formula as an expression over rewards.
  ///
  /// - Parameter names: the reward of each grader.
  static func translate(
    _ formula: String, names: [String: String]
  ) throws(Problem) -> String {
    var parser = Parser(cursor: ByteCursor(formula), names: names)
    let text = try parser.sum()
    parser.skipBlanks()
    guard parser.cursor.isAtEnd else {
      let place = parser.cursor.offset
      let found = parser.cursor.text(place..<place + 1)
      throw Problem(
        message: found == ")"
          ? "this `)` closes nothing: the formula has more `)` than `(`"
          : "an operator is missing before this",
        range: place..<place + 1, help: nil)
    }
    return text
  }

  private struct Parser {
    var cursor: ByteCursor
    let names: [String: String]
    var depth = 0

    mutating func skipBlanks() { cursor.skip { $0 <= .space } }

    mutating func sum() throws(Problem) -> String {
      var text = try product()
      while true {
        skipBlanks()
        if cursor.take("+") {
          text += " + \(try product())"
        } else if cursor.take("-") {
          text += " - \(try product())"
        } else {
          return text
        }
      }
    }

    mutating func product() throws(Problem) -> String {
      var text = try signed()
      while true {
        skipBlanks()
        if cursor.take("*") {
          text += " * \(try signed())"
        } else if cursor.take("/") {
          text += " / \(try signed())"
        } else {
          return text
        }
      }
    }

    mutating func signed() throws(Problem) -> String {
      skipBlanks()
      return cursor.take("-") ? "-\(try power())" : try power()
    }

    /// Powers are written out: the language has none.
    mutating func power() throws(Problem) -> String {
      let base = try primary()
      skipBlanks()
      let place = cursor.offset
      guard cursor.take("^") else { return base }
      skipBlanks()
      let start = cursor.offset
      guard let exponent = cursor.number() else {
        throw Problem(
          message: "only `^ 2`, `^ 3` and `^ 0.5` have a counterpart", range: place..<place + 1,
          help: nil)
      }
      switch exponent {
      case 0.5: return "sqrt(\(base))"
      case 1: return base
      case 2: return "(\(base) * \(base))"
      case 3: return "(\(base) * \(base) * \(base))"
      default:
        throw Problem(
          message: "only `^ 2`, `^ 3` and `^ 0.5` have a counterpart",
          range: start..<cursor.offset, help: nil)
      }
    }

    mutating func primary() throws(Problem) -> String {
      skipBlanks()
      depth += 1
      defer { depth -= 1 }
      let start = cursor.offset
      guard depth <= Limits.expressionDepth else {
        throw Problem(message: "the formula is nested too deep", range: start..<start, help: nil)
      }
      if cursor.take("(") {
        let inner = try sum()
        try close(start)
        return "(\(inner))"
      }
      if cursor.number() != nil { return cursor.text(start..<cursor.offset) }
      cursor.skip(while: \.isNamePart)
      let word = cursor.text(start..<cursor.offset)
      guard !word.isEmpty else {
        let end = min(start + 1, cursor.bytes.count)
        throw Problem(
          message: cursor.isAtEnd ? "the formula ends here" : "a grader, a number or `(` is needed",
          range: start..<end, help: nil)
      }
      let open = cursor.offset
      if cursor.take("(") { return try call(word, at: start..<open) }
      guard let reward = names[word] else {
        throw Problem(
          message: "no grader is named `\(word)`", range: start..<cursor.offset,
          help: Suggestion.help(for: word, among: names.keys.sorted()))
      }
      return reward
    }

    mutating func call(_ name: String, at range: Range<Int>) throws(Problem) -> String {
      guard GraderFormula.functions.contains(name) else {
        throw Problem(
          message: "there is no function `\(name)`", range: range,
          help: Suggestion.help(for: name, among: GraderFormula.functions))
      }
      var arguments = [try sum()]
      skipBlanks()
      while cursor.take(",") {
        arguments.append(try sum())
        skipBlanks()
      }
      try close(range.upperBound)
      return "\(name)(\(arguments.joined(separator: ", ")))"
    }

    mutating func close(_ open: Int) throws(Problem) {
      skipBlanks()
      guard cursor.take(")") else {
        throw Problem(
          message: "this `(` is never closed", range: open..<open + 1, help: nil)
      }
    }
  }
}
