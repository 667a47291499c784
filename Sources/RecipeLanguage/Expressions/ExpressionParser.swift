/// Recursive descent over the grammar in `grammar/README.md`; finds what names mean on the way. Types
/// and units are the work of `ExpressionAnalysis`.
struct ExpressionParser {
  private typealias Term = Expression.Term

  private let text: String
  private let tokens: [ExpressionToken]
  private let scope: ExpressionScope
  private var position = 0
  private var depth = 0
  private var count = 0
  private var problems: [ExpressionProblem]
  /// A name was read that is in error itself.
  private var isSilenced = false

  private init(
    _ text: String, _ tokens: [ExpressionToken], _ problems: [ExpressionProblem],
    _ scope: ExpressionScope
  ) {
    self.text = text
    self.tokens = tokens
    self.problems = problems
    self.scope = scope
  }

  /// The tree of an expression, with every problem of its spelling and its names.
  static func read(
    _ text: String, in scope: ExpressionScope
  ) -> (root: Expression.Term?, problems: [ExpressionProblem]) {
    do throws(ExpressionProblem) {
      let whole = 0..<text.utf8.count
      guard whole.count <= Limits.expressionBytes else {
        throw ExpressionProblem(
          code: .tooLarge, message: "an expression has at most \(Limits.expressionBytes) bytes",
          range: whole, help: "split it in two")
      }
      let (tokens, problems) = try ExpressionLexer.tokens(of: text)
      var parser = ExpressionParser(text, tokens, problems, scope)
      do throws(ExpressionProblem) {
        if parser.current.kind == .end {
          throw ExpressionProblem(
            code: .expressionSyntax, message: "the expression is empty", range: whole)
        }
        let root = try parser.disjunction()
        if let close = parser.take(")") { throw parser.unopened(close) }
        guard parser.current.kind == .end else {
          throw parser.unexpected("an operator such as `and`, `>` or `+`")
        }
        return (parser.isSilenced ? nil : root, parser.problems)
      } catch {
        return (nil, parser.problems + [error])
      }
    } catch {
      return (nil, [error])
    }
  }

  private var current: ExpressionToken { tokens[position] }

  private mutating func take(_ symbols: String...) -> ExpressionToken? {
    guard case .symbol(let symbol) = current.kind, symbols.contains(symbol) else { return nil }
    defer { position += 1 }
    return current
  }

  private mutating func disjunction() throws(ExpressionProblem) -> Expression.Term {
    var left = try conjunction()
    while take("or") != nil { left = try join(.or, left, try conjunction()) }
    return left
  }

  private mutating func conjunction() throws(ExpressionProblem) -> Expression.Term {
    var left = try negation()
    while take("and") != nil { left = try join(.and, left, try negation()) }
    return left
  }

  private mutating func negation() throws(ExpressionProblem) -> Expression.Term {
    guard let word = take("not") else { return try comparison() }
    try enter(word)
    defer { depth -= 1 }
    let operand = try negation()
    return try term(.not(operand), word.range.lowerBound..<operand.range.upperBound)
  }

  private mutating func comparison() throws(ExpressionProblem) -> Expression.Term {
    let left = try sum()
    guard let symbol = takeComparison() else { return left }
    let right = try sum()
    let result = try join(symbol.operation, left, right)
    if let next = takeComparison() {
      let middle = source(right.range)
      let last = try sum()
      let whole = left.range.lowerBound..<last.range.upperBound
      let instead =
        "\(source(result.range)) and \(middle) \(next.operation.rawValue) \(source(last.range))"
      throw ExpressionProblem(
        code: .chainedComparison, message: "comparisons do not chain", range: next.range,
        help: "write `\(instead)`",
        mending: .init(
          title: "write `\(instead)`", isSafe: false,
          edits: [.init(range: whole, replacement: instead)]))
    }
    return result
  }

  private mutating func takeComparison() -> (operation: Expression.Operator, range: Range<Int>)? {
    guard case .symbol(let symbol) = current.kind,
      let operation = Expression.Operator(rawValue: symbol), operation.isComparison
    else { return nil }
    defer { position += 1 }
    return (operation, current.range)
  }

  private mutating func sum() throws(ExpressionProblem) -> Expression.Term {
    var left = try product()
    while let symbol = take("+", "-"), let operation = operation(symbol) {
      left = try join(operation, left, try product())
    }
    return left
  }

  private mutating func product() throws(ExpressionProblem) -> Expression.Term {
    var left = try signed()
    while let symbol = take("*", "/"), let operation = operation(symbol) {
      left = try join(operation, left, try signed())
    }
    return left
  }

  private mutating func signed() throws(ExpressionProblem) -> Expression.Term {
    guard let sign = take("-") else { return try primary() }
    try enter(sign)
    defer { depth -= 1 }
    let operand = try signed()
    return try term(.negate(operand), sign.range.lowerBound..<operand.range.upperBound)
  }

  private mutating func primary() throws(ExpressionProblem) -> Expression.Term {
    let token = current
    switch token.kind {
    case .number(let value):
      position += 1
      return try number(value, token)
    case .text(let text):
      position += 1
      return try term(.text(text), token.range)
    case .symbol("true"), .symbol("false"):
      position += 1
      return try term(.boolean(token.kind == .symbol("true")), token.range)
    case .name(let name):
      position += 1
      if current.kind == .symbol("(") { return try call(name, token) }
      return try variable(name, token.range)
    case .symbol("if"):
      position += 1
      return try conditional(token)
    case .symbol("("):
      position += 1
      try enter(token)
      defer { depth -= 1 }
      let inner = try disjunction()
      let close = try closing(token)
      return Term(form: inner.form, range: token.range.lowerBound..<close.range.upperBound)
    case .symbol(")") where depth == 0: throw unopened(token)
    default: throw unexpected("a name, a number or `(`")
    }
  }

  /// A number with the unit after it.
  private mutating func number(
    _ value: Double, _ token: ExpressionToken
  ) throws(ExpressionProblem) -> Expression.Term {
    guard case .name(let word) = current.kind else {
      return try term(.number(value, nil), token.range)
    }
    guard let unit = Unit(rawValue: word) else {
      let near = Suggestion.closest(to: word, among: Unit.allCases.map(\.rawValue))
      throw ExpressionProblem(
        code: .expressionSyntax, message: "`\(word)` is no unit, and no operator",
        range: current.range,
        help: near.map { "did you mean `\(shortText(value)) \($0)`?" })
    }
    let range = token.range.lowerBound..<current.range.upperBound
    position += 1
    return try term(.number(value, unit), range)
  }

  private mutating func variable(
    _ name: String, _ range: Range<Int>
  ) throws(ExpressionProblem) -> Expression.Term {
    let family = ExpressionNames.family(of: name)
    // Of a bare name, and of what is asked of one, only the scope can tell.
    if family != .rewards, !family.contexts.contains(scope.context), !isKnown(rootOf: name) {
      problems.append(
        ExpressionProblem(
          code: .expressionAvailability,
          message: "`\(name)` is not known in \(scope.context.phrase)", range: range,
          help: family.availability))
      return try term(.name(name), range)
    }
    switch scope.meaning(name) {
    case .value: break
    case .inError: isSilenced = true
    case .unknown(let message, let help):
      if let member = try member(of: name, range) { return member }
      problems.append(
        ExpressionProblem(code: .expressionName, message: message, range: range, help: help))
    }
    return try term(.name(name), range)
  }

  private func isKnown(rootOf path: String) -> Bool {
    if case .value = scope.meaning(String(path.prefix { $0 != "." })) { return true }
    return false
  }

  /// `window.min`, where what stands before the last dot is a window.
  private mutating func member(
    of name: String, _ range: Range<Int>
  ) throws(ExpressionProblem) -> Expression.Term? {
    guard let dot = name.utf8.lastIndex(of: .dot) else { return nil }
    let owner = String(name[..<dot])
    guard case .value(let domain) = scope.meaning(owner), domain.type == .window else { return nil }
    let word = String(name[name.utf8.index(after: dot)...])
    guard let member = WindowMember(rawValue: word) else {
      problems.append(
        ExpressionProblem(
          code: .expressionName, message: "a window has no `\(word)`", range: range,
          help: Suggestion.help(for: word, among: WindowMember.allCases.map(\.rawValue))))
      return try term(.name(owner), range)
    }
    let end = range.upperBound - word.utf8.count - 1
    return try term(.member(Term(form: .name(owner), range: range.lowerBound..<end), member), range)
  }

  private mutating func call(
    _ name: String, _ token: ExpressionToken
  ) throws(ExpressionProblem) -> Expression.Term {
    let open = current
    position += 1
    try enter(token)
    defer { depth -= 1 }
    var arguments: [Expression.Term] = []
    if current.kind != .symbol(")") {
      repeat { arguments.append(try disjunction()) } while take(",") != nil
    }
    let close = try closing(open)
    let range = token.range.lowerBound..<close.range.upperBound
    if let aggregate = Expression.Aggregate(rawValue: name) {
      return try self.aggregate(aggregate, arguments, token, range)
    }
    guard let function = Expression.Function(rawValue: name) else {
      let names = Expression.Function.allCases.map(\.rawValue) + ["if"]
      throw ExpressionProblem(
        code: .expressionName, message: "there is no function `\(name)`", range: token.range,
        help: Suggestion.help(for: name, among: names))
    }
    guard function.arity.contains(arguments.count) else {
      throw ExpressionProblem(
        code: .expressionSyntax,
        message: "\(function.usage) takes another number of values than \(arguments.count)",
        range: range)
    }
    return try term(.call(function, arguments), range)
  }

  private mutating func aggregate(
    _ aggregate: Expression.Aggregate, _ arguments: [Expression.Term], _ token: ExpressionToken,
    _ range: Range<Int>
  ) throws(ExpressionProblem) -> Expression.Term {
    guard ExpressionNames.aggregates.contexts.contains(scope.context) else {
      throw ExpressionProblem(
        code: .expressionAvailability,
        message: "`\(aggregate.rawValue)` asks about a group of responses, which is not known in "
          + scope.context.phrase, range: token.range, help: ExpressionNames.aggregates.availability)
    }
    guard arguments.count == 1 else {
      let example = aggregate.takesCondition ? "correct > 0" : "correct"
      throw ExpressionProblem(
        code: .expressionSyntax, message: "`\(aggregate.rawValue)` takes one value", range: range,
        help: "write `\(aggregate.rawValue)(\(example))`")
    }
    return try term(.aggregate(aggregate, arguments[0]), range)
  }

  private mutating func conditional(
    _ word: ExpressionToken
  ) throws(ExpressionProblem) -> Expression.Term {
    try enter(word)
    defer { depth -= 1 }
    let open = current
    _ = try expect("(")
    let test = try disjunction()
    _ = try expect(",")
    let yes = try disjunction()
    _ = try expect(",")
    let no = try disjunction()
    let close = try closing(open)
    return try term(
      .conditional(test, yes, no), word.range.lowerBound..<close.range.upperBound)
  }

  private mutating func join(
    _ operation: Expression.Operator, _ left: Expression.Term, _ right: Expression.Term
  ) throws(ExpressionProblem) -> Expression.Term {
    try term(
      .binary(operation, left, right), left.range.lowerBound..<right.range.upperBound)
  }

  /// Every part goes through here, so that their number is bounded.
  private mutating func term(
    _ form: Expression.Form, _ range: Range<Int>
  ) throws(ExpressionProblem) -> Expression.Term {
    count += 1
    guard count <= Limits.expressionTerms else {
      throw ExpressionProblem(
        code: .tooLarge, message: "an expression has at most \(Limits.expressionTerms) parts",
        range: range, help: "split it in two")
    }
    return Term(form: form, range: range)
  }

  private func operation(_ token: ExpressionToken) -> Expression.Operator? {
    guard case .symbol(let symbol) = token.kind else { return nil }
    return Expression.Operator(rawValue: symbol)
  }

  private func source(_ range: Range<Int>) -> String {
    String(decoding: Array(text.utf8)[range], as: UTF8.self)
  }

  private mutating func expect(_ symbol: String) throws(ExpressionProblem) -> ExpressionToken {
    guard let token = take(symbol) else { throw unexpected("`\(symbol)`") }
    return token
  }

  private mutating func closing(
    _ open: ExpressionToken
  ) throws(ExpressionProblem) -> ExpressionToken {
    if let close = take(")") { return close }
    guard current.kind == .end else { throw unexpected("`)`") }
    throw ExpressionProblem(
      code: .unbalancedParentheses, message: "this `(` is not closed", range: open.range,
      related: (current.range, "a `)` is missing here at the latest"))
  }

  private func unopened(_ close: ExpressionToken) -> ExpressionProblem {
    ExpressionProblem(
      code: .unbalancedParentheses, message: "`)` closes nothing", range: close.range,
      help: "remove it, or open a parenthesis before it")
  }

  private mutating func enter(_ token: ExpressionToken) throws(ExpressionProblem) {
    depth += 1
    guard depth <= Limits.expressionDepth else {
      throw ExpressionProblem(
        code: .tooDeep,
        message: "an expression has at most \(Limits.expressionDepth) levels of nesting",
        range: token.range)
    }
  }

  private func unexpected(_ wanted: String) -> ExpressionProblem {
    let found: String
    switch current.kind {
    case .number(let value): found = "`\(shortText(value))`"
    case .name(let name): found = "`\(name)`"
    case .text(let text): found = "the text \"\(text)\""
    case .symbol(let symbol): found = "`\(symbol)`"
    case .end: found = "the end"
    }
    return ExpressionProblem(
      code: .expressionSyntax, message: "expected \(wanted), found \(found)", range: current.range)
  }
}
