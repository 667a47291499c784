/// One finding: what is wrong, where, what follows from it, and what to do.
public struct Diagnostic: Sendable, Error, Equatable {
  public enum Severity: String, Sendable { case error, warning }

  /// A further place that explains the finding ("first written here").
  public struct Label: Sendable, Equatable {
    public var span: SourceSpan
    public var text: String

    public init(span: SourceSpan, text: String) {
      self.span = span
      self.text = text
    }
  }

  public var code: DiagnosticCode
  public var severity: Severity
  /// One sentence that names the consequence, without a capital or a full stop.
  public var message: String
  public var span: SourceSpan
  /// Text beside the carets.
  public var label: String?
  public var secondary: [Label]
  public var notes: [String]
  public var help: String?
  /// Path of the setting, `rewards.correct.of`, where there is one.
  public var path: String?

  public init(
    _ code: DiagnosticCode, severity: Severity = .error, _ message: String, at span: SourceSpan,
    label: String? = nil, secondary: [Label] = [], notes: [String] = [], help: String? = nil,
    path: String? = nil
  ) {
    self.code = code
    self.severity = severity
    self.message = message
    self.span = span
    self.label = label
    self.secondary = secondary
    self.notes = notes
    self.help = help
    self.path = path
  }
}
