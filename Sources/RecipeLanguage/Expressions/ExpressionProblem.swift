/// What is wrong inside an expression, as a byte range of its text.
public struct ExpressionProblem: Error, Sendable, Equatable {
  /// A change of the expression's text that mends it.
  public struct Mending: Sendable, Equatable {
    public var title: String
    public var isSafe: Bool
    public var edits: [Edit]

    public struct Edit: Sendable, Equatable {
      public var range: Range<Int>
      public var replacement: String
    }
  }

  public var code: DiagnosticCode
  public var message: String
  public var range: Range<Int>
  public var help: String?
  /// A further place that explains it.
  public var related: (range: Range<Int>, text: String)?
  public var mending: Mending?

  init(
    code: DiagnosticCode, message: String, range: Range<Int>, help: String? = nil,
    related: (range: Range<Int>, text: String)? = nil, mending: Mending? = nil
  ) {
    self.code = code
    self.message = message
    self.range = range
    self.help = help
    self.related = related
    self.mending = mending
  }

  /// The finding at its place in a file.
  ///
  /// - Parameter path: of the setting that holds the expression.
  public func diagnostic(at place: ExpressionPlace, path: String) -> Diagnostic {
    // An edit needs the bytes themselves.
    let fixes = mending.flatMap { mending in
      place.text == nil
        ? nil
        : Fix(
          mending.title, isSafe: mending.isSafe,
          edits: mending.edits.map { Fix.Edit(place.span(of: $0.range), $0.replacement) })
    }
    let label = related.flatMap { related in
      place.text == nil
        ? nil : Diagnostic.Label(span: place.span(of: related.range), text: related.text)
    }
    return Diagnostic(
      code, "`\(path)`: \(message)", at: place.span(of: range),
      secondary: [label].compactMap { $0 }, help: help, fixes: [fixes].compactMap { $0 },
      path: path)
  }

  public static func == (a: ExpressionProblem, b: ExpressionProblem) -> Bool {
    a.code == b.code && a.message == b.message && a.range == b.range && a.help == b.help
  }
}

/// What reading an expression found.
public struct ParsedExpression: Sendable {
  /// Nil when something is wrong, or when it reads a name whose own error is reported elsewhere.
  public let expression: Expression?
  /// In order of place.
  public let problems: [ExpressionProblem]
}
