struct ExpressionToken: Equatable {
  enum Kind: Equatable {
    case number(Double)
    /// A word, or words joined by dots.
    case name(String)
    /// What stands in quotes.
    case text(String)
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

  /// The tokens, with the operators of other languages read as what they stand for and reported.
  static func tokens(
    of text: String
  ) throws(ExpressionProblem) -> (tokens: [ExpressionToken], problems: [ExpressionProblem]) {
    var lexer = ExpressionLexer(cursor: ByteCursor(text))
    var tokens: [ExpressionToken] = []
    while true {
      let token = try lexer.next()
      tokens.append(token)
      if token.kind == .end { return (tokens, lexer.problems) }
    }
  }

  private var cursor: ByteCursor
  private var problems: [ExpressionProblem] = []

  private init(cursor: ByteCursor) { self.cursor = cursor }

  private mutating func next() throws(ExpressionProblem) -> ExpressionToken {
    cursor.skip { $0 <= .space }
    let start = cursor.offset
    guard let byte = cursor.peek else {
      return ExpressionToken(kind: .end, range: start..<start)
    }
    if byte.isDigit { return try number(from: start) }
    if byte.isNameStart { return word(from: start) }
    if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
      return try text(from: start, quote: byte)
    }
    if let token = try foreign(from: start) { return token }
    for symbol in ["==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "(", ")", ","]
    where cursor.bytes[start...].starts(with: symbol.utf8) {
      cursor.offset += symbol.utf8.count
      return ExpressionToken(kind: .symbol(symbol), range: start..<cursor.offset)
    }
    repeat { cursor.offset += 1 } while cursor.peek.map { $0 & 0xC0 == 0x80 } ?? false
    let written = cursor.text(start..<cursor.offset)
    throw ExpressionProblem(
      code: .expressionSyntax, message: "`\(written)` means nothing in an expression",
      range: start..<cursor.offset)
  }

  private mutating func word(from start: Int) -> ExpressionToken {
    cursor.skip(while: \.isNamePart)
    while cursor.peek == .dot, cursor.bytes[safe: cursor.offset + 1]?.isNameStart == true {
      cursor.offset += 1
      cursor.skip(while: \.isNamePart)
    }
    let range = start..<cursor.offset
    let word = cursor.text(range)
    if Self.words.contains(word) { return ExpressionToken(kind: .symbol(word), range: range) }
    let lower = word.lowercased()
    if ["and", "or", "not"].contains(lower) {
      mend(word, as: lower, at: range)
      return ExpressionToken(kind: .symbol(lower), range: range)
    }
    return ExpressionToken(kind: .name(word), range: range)
  }

  private mutating func number(from start: Int) throws(ExpressionProblem) -> ExpressionToken {
    let value = cursor.number()
    let isPercentage = cursor.take("%")
    guard let value, value.isFinite, cursor.peek != .dot,
      // `16tok` is a quantity, `1e` and `0x10` are nothing.
      cursor.peek.map(\.isNamePart) != true || Self.startsUnit(cursor)
    else {
      cursor.skip { $0.isNamePart || $0 == .dot }
      throw ExpressionProblem(
        code: .expressionSyntax, message: "`\(cursor.text(start..<cursor.offset))` is not a number",
        range: start..<cursor.offset)
    }
    return ExpressionToken(
      kind: .number(isPercentage ? value / 100 : value), range: start..<cursor.offset)
  }

  private static func startsUnit(_ cursor: ByteCursor) -> Bool {
    var cursor = cursor
    let start = cursor.offset
    cursor.skip(while: \.isNamePart)
    return Unit(rawValue: cursor.text(start..<cursor.offset)) != nil
  }

  private mutating func text(
    from start: Int, quote: UInt8
  ) throws(ExpressionProblem) -> ExpressionToken {
    cursor.offset += 1
    cursor.skip { $0 != quote }
    guard cursor.peek == quote else {
      throw ExpressionProblem(
        code: .expressionSyntax, message: "the text that begins here never ends",
        range: start..<cursor.bytes.count, help: "close it with the quote that opens it")
    }
    cursor.offset += 1
    return ExpressionToken(
      kind: .text(cursor.text(start + 1..<cursor.offset - 1)), range: start..<cursor.offset)
  }

  /// An operator of another language: read as ours where it means the same.
  private mutating func foreign(from start: Int) throws(ExpressionProblem) -> ExpressionToken? {
    func token(_ symbol: String) -> ExpressionToken {
      ExpressionToken(kind: .symbol(symbol), range: start..<cursor.offset)
    }
    if cursor.take("&&") {
      mend("&&", as: "and", at: start..<cursor.offset)
      return token("and")
    }
    if cursor.take("||") {
      mend("||", as: "or", at: start..<cursor.offset)
      return token("or")
    }
    for (foreign, instead) in [("**", "a * a"), ("?", "if(condition, then, else)")]
    where cursor.bytes[start...].starts(with: foreign.utf8) {
      throw ExpressionProblem(
        code: .foreignOperator, message: "`\(foreign)` is not an operator here",
        range: start..<start + foreign.utf8.count, help: "write `\(instead)`")
    }
    let isCompound = cursor.bytes[safe: start + 1] == UInt8(ascii: "=")
    if !isCompound, cursor.take("!") {
      mend("!", as: "not", at: start..<cursor.offset)
      return token("not")
    }
    if !isCompound, cursor.take("=") {
      mend("=", as: "==", at: start..<cursor.offset)
      return token("==")
    }
    return nil
  }

  private mutating func mend(_ foreign: String, as own: String, at range: Range<Int>) {
    let isWord = own.utf8.first?.isNameStart == true
    let before = range.lowerBound > 0 ? cursor.bytes[safe: range.lowerBound - 1] : .space
    let after = cursor.bytes[safe: range.upperBound]
    let replacement =
      (isWord && before?.isNamePart == true ? " " : "") + own
      + (isWord && after.map { $0 > .space } == true ? " " : "")
    problems.append(
      ExpressionProblem(
        code: .foreignOperator, message: "`\(foreign)` is not an operator here", range: range,
        help: "write `\(own)`",
        mending: .init(
          title: "write `\(own)`", isSafe: true,
          edits: [.init(range: range, replacement: replacement)])))
  }
}
