/// What is wrong inside an expression, as a byte range of its text.
struct ExpressionProblem: Error {
  var code: DiagnosticCode
  var message: String
  var range: Range<Int>
  var help: String?
}

struct ExpressionToken: Equatable {
  enum Kind: Equatable {
    case number(Double)
    case name(String)
    /// `and or not if true false`, operators, parentheses and the comma.
    case symbol(String)
    case end
  }

  var kind: Kind
  var range: Range<Int>
}

/// Splits an expression into tokens.
struct ExpressionLexer {
  static let words: Set<String> = ["and", "or", "not", "if", "true", "false"]

  static func tokens(of text: String) throws(ExpressionProblem) -> [ExpressionToken] {
    var lexer = ExpressionLexer(cursor: ByteCursor(text))
    var tokens: [ExpressionToken] = []
    while true {
      let token = try lexer.next()
      tokens.append(token)
      if token.kind == .end { return tokens }
    }
  }

  private var cursor: ByteCursor

  private mutating func next() throws(ExpressionProblem) -> ExpressionToken {
    cursor.skip { $0 <= .space }
    let start = cursor.offset
    guard let byte = cursor.peek else {
      return ExpressionToken(kind: .end, range: start..<start)
    }
    if byte.isDigit { return try number(from: start) }
    if byte.isNameStart {
      cursor.skip(while: \.isNamePart)
      let word = cursor.text(start..<cursor.offset)
      let kind: ExpressionToken.Kind = Self.words.contains(word) ? .symbol(word) : .name(word)
      return ExpressionToken(kind: kind, range: start..<cursor.offset)
    }
    if let (foreign, word) = foreignOperator() {
      throw ExpressionProblem(
        code: .foreignOperator, message: "`\(foreign)` is not an operator here",
        range: start..<cursor.offset, help: "write `\(word)`")
    }
    for symbol in ["==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "(", ")", ","]
    where cursor.bytes[start...].starts(with: symbol.utf8) {
      cursor.offset += symbol.utf8.count
      return ExpressionToken(kind: .symbol(symbol), range: start..<cursor.offset)
    }
    repeat { cursor.offset += 1 } while cursor.peek.map { $0 & 0xC0 == 0x80 } ?? false
    let written = cursor.text(start..<cursor.offset)
    throw ExpressionProblem(
      code: .expressionSyntax, message: "`\(written)` means nothing in an expression",
      range: start..<cursor.offset, help: nil)
  }

  private mutating func number(from start: Int) throws(ExpressionProblem) -> ExpressionToken {
    let value = cursor.number()
    guard let value, value.isFinite, cursor.peek.map({ $0.isNamePart || $0 == .dot }) != true else {
      cursor.skip { $0.isNamePart || $0 == .dot }
      throw ExpressionProblem(
        code: .expressionSyntax, message: "`\(cursor.text(start..<cursor.offset))` is not a number",
        range: start..<cursor.offset, help: nil)
    }
    return ExpressionToken(kind: .number(value), range: start..<cursor.offset)
  }

  private mutating func foreignOperator() -> (foreign: String, word: String)? {
    if cursor.take("&&") { return ("&&", "and") }
    if cursor.take("||") { return ("||", "or") }
    if cursor.take("**") { return ("**", "a * a") }
    if cursor.take("?") { return ("?", "if(condition, then, else)") }
    guard let next = cursor.bytes[safe: cursor.offset + 1], next == UInt8(ascii: "=") else {
      if cursor.take("!") { return ("!", "not") }
      if cursor.take("=") { return ("=", "==") }
      return nil
    }
    return nil
  }
}
