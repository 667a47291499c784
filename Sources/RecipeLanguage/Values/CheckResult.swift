/// What checking found.
public struct CheckResult: Sendable {
  /// Nil exactly when there is an error among the diagnostics.
  public let recipe: CheckedRecipe?
  /// In order of file, then of place.
  public let diagnostics: [Diagnostic]
  /// The file that was asked for, then the ones it extends, overlays, and the command line; the
  /// renderer needs them.
  public let files: [SourceFile]
  private let findings: Findings

  /// What is known of a recipe, broken or not.
  struct Findings {
    var root: Record?
    var outline: RecipeOutline?
    var places: [Place] = []
    var references: [Reference] = []
    var definitions: [Definition] = []
    var overlays: Set<String> = []
    var sweep: SweepPlan?
  }

  init(
    recipe: CheckedRecipe?, diagnostics: [Diagnostic], files: [SourceFile],
    findings: Findings = Findings()
  ) {
    self.recipe = recipe
    self.diagnostics = diagnostics
    self.files = files
    self.findings = findings
  }

  /// For a file that cannot be read, and why.
  public init(unreadable diagnostic: Diagnostic) {
    self.init(recipe: nil, diagnostics: [diagnostic], files: [])
  }

  public var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  /// The recipe as far as it is right: what is in error is absent. Nil when there is no tree.
  public var root: Record? { findings.root }
  public var outline: RecipeOutline? { findings.outline }
  /// Every key and list item that was decoded, in the order of the composed recipe; what is inside a
  /// value follows it.
  public var places: [Place] { findings.places }
  /// Every use of a declared name.
  public var references: [Reference] { findings.references }
  /// Every declared name.
  public var definitions: [Definition] { findings.definitions }

  /// What its sweep would run; nil without one, or while something is wrong.
  public var sweep: SweepPlan? { findings.sweep }

  /// The layer that wrote a place.
  public func layer(of span: SourceSpan) -> Layer {
    if span.path == CommandLineText.path { return .commandLine }
    return findings.overlays.contains(span.path) ? .overlay : .file
  }
}
