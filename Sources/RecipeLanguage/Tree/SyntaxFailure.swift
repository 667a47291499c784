/// Where and why libyaml stopped.
struct SyntaxFailure: Error {
  /// What to do about the text.
  enum Culprit {
    /// The line of the problem itself.
    case problem
    /// The place where the trouble began: an opening bracket or quote, a key without `:`.
    case context
    /// A bracket that opens on an earlier line, if one does; else the line of the problem.
    case bracket
    /// A single byte that no YAML file may hold.
    case byte
    /// Nothing: the file passes a limit.
    case none
  }

  var diagnostic: Diagnostic
  var culprit: Culprit
  /// Byte offsets.
  var problem: Int
  var context: Int?

  /// A limit was passed.
  static func limit(_ diagnostic: Diagnostic) -> SyntaxFailure {
    SyntaxFailure(diagnostic: diagnostic, culprit: .none, problem: 0, context: nil)
  }
}
