/// Bounds on what is read, so that no input can exhaust memory or the stack.
public enum Limits {
  /// Bytes of one file.
  public static let fileBytes = 4 << 20
  /// Records and lists inside one another.
  public static let depth = 48
  /// Keys, scalars, lists and records of one file.
  public static let nodes = 400_000
  /// Findings of one kind of reading; what has more is no recipe, and nobody reads them.
  public static let findings = 1_000
  /// Syntax errors of one file, after which the rest is not looked at.
  public static let syntaxErrors = 64
  /// Bytes read again, altogether, to get past syntax errors.
  public static let recoveryBytes = 8 << 20
  /// Bytes of one expression.
  public static let expressionBytes = 2_000
  /// Names, numbers, operators and calls of one expression: what one evaluation costs at most.
  public static let expressionTerms = 500
  /// Parentheses, calls and prefix operators inside one another in an expression.
  public static let expressionDepth = 48
  /// Files in one chain of `extends`.
  public static let parents = 16
}
