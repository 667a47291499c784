/// What an expression yields.
public enum ExpressionType: String, Sendable, Hashable {
  /// A condition: true or false.
  case boolean
  case number
}

/// A small total expression over the values of named rewards, `sufficient > 0 and correct > 0`.
///
/// There are no loops, no calls but `if(condition, then, else)`, and no input but the names.
public struct Expression: Sendable, Hashable {
  public enum Operator: String, Sendable, Hashable {
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
  }

  public indirect enum Node: Sendable, Hashable {
    case number(Double)
    case boolean(Bool)
    case name(String)
    case not(Node)
    case negate(Node)
    case binary(Operator, Node, Node)
    /// condition, value when it holds, value when it does not
    case conditional(Node, Node, Node)
  }

  /// As written.
  public let text: String
  public let root: Node
  public let type: ExpressionType

  /// The rewards it reads, each once, in order of first use.
  public var names: [String] {
    var names: [String] = []
    root.visitNames { if !names.contains($0) { names.append($0) } }
    return names
  }
}

extension Expression.Node: CustomStringConvertible {
  /// Fully parenthesised.
  public var description: String {
    switch self {
    case .number(let value): "\(value)"
    case .boolean(let value): "\(value)"
    case .name(let name): name
    case .not(let operand): "(not \(operand))"
    case .negate(let operand): "(-\(operand))"
    case .binary(let symbol, let left, let right): "(\(left) \(symbol.rawValue) \(right))"
    case .conditional(let test, let yes, let no): "if(\(test), \(yes), \(no))"
    }
  }

  func visitNames(_ visit: (String) -> Void) {
    switch self {
    case .number, .boolean: break
    case .name(let name): visit(name)
    case .not(let operand), .negate(let operand): operand.visitNames(visit)
    case .binary(_, let left, let right):
      left.visitNames(visit)
      right.visitNames(visit)
    case .conditional(let test, let yes, let no):
      test.visitNames(visit)
      yes.visitNames(visit)
      no.visitNames(visit)
    }
  }
}
