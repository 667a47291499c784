/// Diagnostics as commands of GitHub's workflow runner, which shows them beside the changed lines.
enum WorkflowCommands {
  static func text(_ diagnostics: [Diagnostic]) -> String {
    diagnostics.map { line($0) + "\n" }.joined()
  }

  private static func line(_ diagnostic: Diagnostic) -> String {
    let command =
      switch diagnostic.severity {
      case .error: "error"
      case .warning: "warning"
      case .note: "notice"
      }
    let span = diagnostic.span
    var properties = [("file", span.path), ("line", "\(span.start.line)")]
    // The runner takes columns only where a finding stays on one line.
    if span.start.line == span.end.line {
      properties.append(("col", "\(span.start.column)"))
      properties.append(("endColumn", "\(max(span.start.column, span.end.column - 1))"))
    } else {
      properties.append(("endLine", "\(span.end.line)"))
    }
    properties.append(("title", "\(diagnostic.code.name) \(diagnostic.code.slug)"))
    let settings = properties.map { "\($0)=\(escaped($1, property: true))" }
    let remarks =
      [diagnostic.message] + diagnostic.notes.map { "note: \($0)" }
      + (diagnostic.help.map { ["help: \($0)"] } ?? [])
    let message = escaped(remarks.joined(separator: "\n"), property: false)
    return "::\(command) \(settings.joined(separator: ","))::\(message)"
  }

  private static func escaped(_ text: String, property: Bool) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case "%": result += "%25"
      case "\r": result += "%0D"
      case "\n": result += "%0A"
      case ":" where property: result += "%3A"
      case "," where property: result += "%2C"
      default: result.unicodeScalars.append(scalar)
      }
    }
  }
}
