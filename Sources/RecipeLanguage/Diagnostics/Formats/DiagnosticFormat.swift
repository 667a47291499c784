/// How diagnostics are written.
public enum DiagnosticFormat: String, Sendable, CaseIterable {
  /// With source lines and carets, for people.
  case human
  /// One line each, `file:line:column: severity[code slug]: message`.
  case short
  /// `sousvide.diagnostics/1`.
  case json
  /// SARIF 2.1.0.
  case sarif
  /// Workflow commands of GitHub Actions.
  case github

  /// Whether the text is a document for programs, complete even when nothing was found.
  public var isDocument: Bool { self == .json || self == .sarif }

  /// - Parameters:
  ///   - files: what the diagnostics point into (`CheckResult.files`, of every recipe checked).
  ///   - version: the program's, for formats that name it.
  public func text(
    _ diagnostics: [Diagnostic], files: [SourceFile], style: RenderStyle = RenderStyle(),
    version: String
  ) -> String {
    switch self {
    case .human: DiagnosticRenderer(files: files, style: style).render(diagnostics)
    case .short:
      diagnostics.map {
        "\($0.span): \($0.severity)[\($0.code.name) \($0.code.slug)]: "
          + style.legible(Glyphs.clean($0.message)) + "\n"
      }.joined()
    case .json: DiagnosticJSON.text(diagnostics)
    case .sarif: SARIF.text(diagnostics, files: files, version: version)
    case .github: WorkflowCommands.text(diagnostics)
    }
  }
}
