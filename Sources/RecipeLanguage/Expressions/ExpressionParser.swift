/// Recursive descent over the grammar in `grammar/README.md`, checking types as it goes.
struct ExpressionParser {
  private struct Typed {
    var node: Expression.Node
    var type: ExpressionType
    var range: Range<Int>
  }

  private let tokens: [ExpressionToken]
  private var position = 0
  private var depth = 0
  private let isName: (String) -> ExpressionProblem.Name

  private init(
    tokens: [ExpressionToken], isName: @escaping (String) -> ExpressionProblem.Name
  ) {
    self.tokens = tokens
    self.isName = isName
  }

  /// - Parameter resolve: says whether a name may be used, and if not, what to say.
  static func parse(
    _ text: String, as type: ExpressionType,
    resolve: @escaping (String) -> ExpressionProblem.Name
  ) throws(ExpressionProblem) -> Expression {
    let whole = 0..<text.utf8.count
    guard whole.count <= Limits.expressionBytes else {
      throw ExpressionProblem(
        code: .tooLarge, message: "an expression has at most \(Limits.expressionBytes) bytes",
        range: whole, help: "split the reward in two")
    }
    var parser = ExpressionParser(
      tokens: try ExpressionLexer.tokens(of: text), isName: resolve)
    if parser.current.kind == .end {
      throw ExpressionProblem(
        code: .expressionSyntax, message: "the expression is empty", range: whole, help: nil)
    }
    let typed = try parser.disjunction()
    guard parser.current.kind == .end else {
      throw parser.unexpected("an operator such as `and`, `>` or `+`")
    }
    try parser.require(typed, type)
    return Expression(text: text, root: typed.node, type: type)
  }

  private var current: ExpressionToken { tokens[position] }

  private mutating func take(_ symbols: String...) -> ExpressionToken? {
    guard case .symbol(let symbol) = current.kind, symbols.contains(symbol) else { return nil }
    defer { position += 1 }
    return current
  }

  private mutating func disjunction() throws(ExpressionProblem) -> Typed {
    var left = try conjunction()
    while take("or") != nil { left = try join(.or, left, try conjunction(), .boolean, .boolean) }
    return left
  }

  private mutating func conjunction() throws(ExpressionProblem) -> Typed {
    var left = try negation()
    while take("and") != nil { left = try join(.and, left, try negation(), .boolean, .boolean) }
    return left
  }

  private mutating func negation() throws(ExpressionProblem) -> Typed {
    guard let word = take("not") else { return try comparison() }
    try enter(word)
    defer { depth -= 1 }
    let operand = try negation()
    try require(operand, .boolean)
    let range = word.range.lowerBound..<operand.range.upperBound
    return Typed(node: .not(operand.node), type: .boolean, range: range)
  }

  private mutating func comparison() throws(ExpressionProblem) -> Typed {
    let left = try sum()
    guard let symbol = take("==", "!=", "<", "<=", ">", ">="), let operation = operation(symbol)
    else { return left }
    let result = try join(operation, left, try sum(), .number, .boolean)
    if case .symbol(let next) = current.kind, Self.comparisons.contains(next) {
      throw ExpressionProblem(
        code: .chainedComparison, message: "comparisons do not chain", range: current.range,
        help: "join two comparisons with `and`: `a < b and b < c`")
    }
    return result
  }

  private static let comparisons: Set<String> = ["==", "!=", "<", "<=", ">", ">="]

  private mutating func sum() throws(ExpressionProblem) -> Typed {
    var left = try product()
    while let symbol = take("+", "-"), let operation = operation(symbol) {
      left = try join(operation, left, try product(), .number, .number)
    }
    return left
  }

  private mutating func product() throws(ExpressionProblem) -> Typed {
    var left = try signed()
    while let symbol = take("*", "/"), let operation = operation(symbol) {
      left = try join(operation, left, try signed(), .number, .number)
    }
    return left
  }

  private mutating func signed() throws(ExpressionProblem) -> Typed {
    guard let sign = take("-") else { return try primary() }
    try enter(sign)
    defer { depth -= 1 }
    let operand = try signed()
    try require(operand, .number)
    let range = sign.range.lowerBound..<operand.range.upperBound
    return Typed(node: .negate(operand.node), type: .number, range: range)
  }

  private mutating func primary() throws(ExpressionProblem) -> Typed {
    let token = current
    switch token.kind {
    case .number(let value):
      position += 1
      return Typed(node: .number(value), type: .number, range: token.range)
    case .symbol("true"), .symbol("false"):
      position += 1
      let value = token.kind == .symbol("true")
      return Typed(node: .boolean(value), type: .boolean, range: token.range)
    case .name(let name):
      position += 1
      return try variable(name, at: token.range)
    case .symbol("if"):
      position += 1
      return try conditional(token)
    case .symbol("("):
      position += 1
      try enter(token)
      defer { depth -= 1 }
      var inner = try disjunction()
      let close = try expect(")")
      inner.range = token.range.lowerBound..<close.range.upperBound
      return inner
    default: throw unexpected("a reward, a number or `(`")
    }
  }

  private func variable(
    _ name: String, at range: Range<Int>
  ) throws(ExpressionProblem) -> Typed {
    if case .symbol("(") = current.kind {
      throw ExpressionProblem(
        code: .expressionName, message: "there is no function `\(name)`", range: range,
        help: "the only call is `if(condition, then, else)`")
    }
    if case .unknown(let message, let help) = isName(name) {
      throw ExpressionProblem(code: .expressionName, message: message, range: range, help: help)
    }
    return Typed(node: .name(name), type: .number, range: range)
  }

  private mutating func conditional(
    _ word: ExpressionToken
  ) throws(ExpressionProblem) -> Typed {
    try enter(word)
    defer { depth -= 1 }
    _ = try expect("(")
    let test = try disjunction()
    try require(test, .boolean)
    _ = try expect(",")
    let yes = try disjunction()
    _ = try expect(",")
    let no = try disjunction()
    try require(no, yes.type)
    let close = try expect(")")
    let range = word.range.lowerBound..<close.range.upperBound
    return Typed(node: .conditional(test.node, yes.node, no.node), type: yes.type, range: range)
  }

  private func join(
    _ operation: Expression.Operator, _ left: Typed, _ right: Typed, _ operands: ExpressionType,
    _ result: ExpressionType
  ) throws(ExpressionProblem) -> Typed {
    try require(left, operands)
    try require(right, operands)
    return Typed(
      node: .binary(operation, left.node, right.node), type: result,
      range: left.range.lowerBound..<right.range.upperBound)
  }

  private func operation(_ token: ExpressionToken) -> Expression.Operator? {
    guard case .symbol(let symbol) = token.kind else { return nil }
    return Expression.Operator(rawValue: symbol)
  }

  private func require(_ typed: Typed, _ type: ExpressionType) throws(ExpressionProblem) {
    guard typed.type != type else { return }
    let message =
      type == .boolean
      ? "a number stands where a condition is needed"
      : "a condition stands where a number is needed"
    throw ExpressionProblem(
      code: .expressionType, message: message, range: typed.range,
      help: type == .boolean ? "compare it: `… > 0`" : "turn it into one: `if(…, 1, 0)`")
  }

  private mutating func expect(_ symbol: String) throws(ExpressionProblem) -> ExpressionToken {
    guard current.kind == .symbol(symbol) else { throw unexpected("`\(symbol)`") }
    defer { position += 1 }
    return current
  }

  private mutating func enter(_ token: ExpressionToken) throws(ExpressionProblem) {
    depth += 1
    guard depth <= Limits.expressionDepth else {
      throw ExpressionProblem(
        code: .tooDeep, message: "an expression nests at most \(Limits.expressionDepth) deep",
        range: token.range, help: nil)
    }
  }

  private func unexpected(_ wanted: String) -> ExpressionProblem {
    let found: String
    switch current.kind {
    case .number(let value): found = "`\(shortText(value))`"
    case .name(let name): found = "`\(name)`"
    case .symbol(let symbol): found = "`\(symbol)`"
    case .end: found = "the end"
    }
    return ExpressionProblem(
      code: .expressionSyntax, message: "expected \(wanted), found \(found)", range: current.range,
      help: nil)
  }
}

extension ExpressionProblem {
  /// Whether a name may be used in an expression.
  enum Name {
    case known
    case unknown(message: String, help: String?)
  }
}
