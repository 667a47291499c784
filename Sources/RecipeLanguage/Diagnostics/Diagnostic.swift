/// One finding: what is wrong, where, what follows from it, and what to do.
public struct Diagnostic: Sendable, Error, Equatable {
  /// A note informs (a check that was skipped, say) and never fails anything.
  public enum Severity: String, Sendable, Comparable, CaseIterable {
    case note, warning, error

    public static func < (a: Severity, b: Severity) -> Bool {
      (allCases.firstIndex(of: a) ?? 0) < (allCases.firstIndex(of: b) ?? 0)
    }
  }

  /// What the finding rests on.
  public enum Confidence: String, Sendable {
    /// The recipe alone.
    case proved
    /// The recipe together with a tokenizer, a model's files or data.
    case facts
    /// A rule of thumb.
    case heuristic
  }

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
  public var confidence: Confidence
  /// One sentence that names the consequence, without a capital or a full stop.
  public var message: String
  public var span: SourceSpan
  /// Text beside the carets.
  public var label: String?
  public var secondary: [Label]
  public var notes: [String]
  public var help: String?
  /// Ways to mend it, the best first.
  public var fixes: [Fix]
  /// Path of the setting, `rewards.correct.of`, where there is one.
  public var path: String?

  public init(
    _ code: DiagnosticCode, severity: Severity = .error, confidence: Confidence = .proved,
    _ message: String, at span: SourceSpan, label: String? = nil, secondary: [Label] = [],
    notes: [String] = [], help: String? = nil, fixes: [Fix] = [], path: String? = nil
  ) {
    self.code = code
    self.severity = severity
    self.confidence = confidence
    self.message = message
    self.span = span
    self.label = label
    self.secondary = secondary
    self.notes = notes
    self.help = help
    self.fixes = fixes
    self.path = path
  }
}

/// A change of text that mends a finding.
public struct Fix: Sendable, Equatable {
  /// The text of `span` becomes `replacement`; an empty span inserts.
  public struct Edit: Sendable, Equatable {
    public var span: SourceSpan
    public var replacement: String

    public init(_ span: SourceSpan, _ replacement: String) {
      self.span = span
      self.replacement = replacement
    }
  }

  /// In the imperative: "write `and`".
  public var title: String
  /// Whether the recipe means what its author meant afterwards; only such fixes are applied unasked.
  public var isSafe: Bool
  /// Non-overlapping.
  public var edits: [Edit]

  public init(_ title: String, isSafe: Bool, edits: [Edit]) {
    self.title = title
    self.isSafe = isSafe
    self.edits = edits
  }

  /// Replaces the text of one span.
  public static func replace(
    _ span: SourceSpan, with text: String, isSafe: Bool, _ title: String? = nil
  ) -> Fix {
    Fix(title ?? "write `\(text)`", isSafe: isSafe, edits: [Edit(span, text)])
  }
}
