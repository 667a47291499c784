/// Bounds on what is read, so that no input can exhaust memory or the stack.
public enum Limits {
  /// Bytes of one file.
  public static let fileBytes = 4 << 20
  /// Records and lists inside one another.
  public static let depth = 48
  /// Keys, scalars, lists and records of one file.
  public static let nodes = 400_000
  /// Bytes of one expression.
  public static let expressionBytes = 2_000
  /// Names, numbers, operators and calls of one expression: what one evaluation costs at most.
  public static let expressionTerms = 500
  /// Parentheses, calls and prefix operators inside one another in an expression.
  public static let expressionDepth = 48
  /// Files in one chain of `extends`.
  public static let parents = 16
}
