/// A small total expression, `sufficient > 0 and correct > 0`: no loops, a closed list of calls, and no
/// input but the names that its place offers.
public struct Expression: Sendable, Hashable {
  public enum Operator: String, Sendable, Hashable, CaseIterable {
    case and, or
    case equal = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case add = "+"
    case subtract = "-"
    case multiply = "*"
    case divide = "/"

    var isComparison: Bool {
      switch self {
      case .equal, .notEqual, .less, .lessOrEqual, .greater, .greaterOrEqual: true
      default: false
      }
    }
  }

  /// A part of an expression with its place.
  public struct Term: Sendable, Hashable {
    public let form: Form
    /// Bytes of the expression's text.
    public let range: Range<Int>
  }

  public indirect enum Form: Sendable, Hashable {
    case number(Double, Unit?)
    case boolean(Bool)
    case text(String)
    /// A dotted path.
    case name(String)
    case member(Term, WindowMember)
    case not(Term)
    case negate(Term)
    case binary(Operator, Term, Term)
    /// condition, value when it holds, value when it does not
    case conditional(Term, Term, Term)
    case call(Function, [Term])
    /// Over the responses of a group.
    case aggregate(Aggregate, Term)
  }

  /// As written.
  public let text: String
  public let root: Term
  public let type: ExpressionType
  /// Where it is written.
  public let place: ExpressionPlace?

  public init(text: String, root: Term, type: ExpressionType, place: ExpressionPlace? = nil) {
    self.text = text
    self.root = root
    self.type = type
    self.place = place
  }

  /// What it reads, each once, in order of first use: paths such as `correct` and `item.family`.
  public var names: [String] {
    var names: [String] = []
    root.visit { term in
      if case .name(let name) = term.form, !names.contains(name) { names.append(name) }
    }
    return names
  }

  /// The rewards among the names of a gate or a formula: all but the columns of the data.
  public var rewardNames: [String] { names.filter { !$0.hasPrefix("item.") } }

  /// The columns of the data among the names.
  public var columns: [String] {
    names.compactMap { $0.hasPrefix("item.") ? String($0.dropFirst("item.".count)) : nil }
  }

  /// The place of a part; nil for an expression that was not read from a file.
  public func span(of term: Term) -> SourceSpan? { place?.span(of: term.range) }
}

extension Expression.Term: CustomStringConvertible {
  /// Fully parenthesised.
  public var description: String {
    switch form {
    case .number(let value, let unit): "\(value)" + (unit.map { " \($0.rawValue)" } ?? "")
    case .boolean(let value): "\(value)"
    case .text(let text): "\"\(text)\""
    case .name(let name): name
    case .member(let window, let member): "\(window).\(member.rawValue)"
    case .not(let operand): "(not \(operand))"
    case .negate(let operand): "(-\(operand))"
    case .binary(let symbol, let left, let right): "(\(left) \(symbol.rawValue) \(right))"
    case .conditional(let test, let yes, let no): "if(\(test), \(yes), \(no))"
    case .call(let function, let arguments):
      "\(function.rawValue)(\(arguments.map(\.description).joined(separator: ", ")))"
    case .aggregate(let aggregate, let argument): "\(aggregate.rawValue)(\(argument))"
    }
  }

  /// Its parts, from left to right.
  public var operands: [Expression.Term] {
    switch form {
    case .number, .boolean, .text, .name: []
    case .not(let operand), .negate(let operand), .member(let operand, _): [operand]
    case .aggregate(_, let operand): [operand]
    case .binary(_, let left, let right): [left, right]
    case .conditional(let test, let yes, let no): [test, yes, no]
    case .call(_, let arguments): arguments
    }
  }

  /// Visits the term and all its parts, outermost first.
  public func visit(_ body: (Expression.Term) -> Void) {
    body(self)
    for operand in operands { operand.visit(body) }
  }
}

/// Where an expression is written, so that findings can point into it.
public struct ExpressionPlace: Sendable, Hashable {
  /// The text between the quotes; of an expression whose text is not in the file as it is (folded over
  /// lines, escaped, or composed), the whole scalar.
  public let span: SourceSpan
  /// The expression's text where it is in the file byte for byte.
  let text: String?

  public init(span: SourceSpan, text: String?) {
    self.span = span
    self.text = text
  }

  /// A range of bytes of the expression as a place in its file.
  public func span(of range: Range<Int>) -> SourceSpan {
    guard let text, range.upperBound <= text.utf8.count else { return span }
    let bytes = Array(text.utf8)
    func position(_ offset: Int) -> SourcePosition {
      let characters = bytes[..<offset].count { $0 & 0xC0 != 0x80 }
      return SourcePosition(line: span.start.line, column: span.start.column + characters)
    }
    let start = span.bytes.lowerBound
    return SourceSpan(
      path: span.path, bytes: start + range.lowerBound..<start + range.upperBound,
      start: position(range.lowerBound), end: position(range.upperBound))
  }
}
