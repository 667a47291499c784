/// Diagnostics as `sousvide.diagnostics/1`, for programs. Lines and columns count from 1, columns in
/// characters; the end is one past the last.
enum DiagnosticJSON {
  static func text(_ diagnostics: [Diagnostic]) -> String {
    let page: JSONTree = [
      "schema": "sousvide.diagnostics/1", "diagnostics": .array(diagnostics.map(tree)),
    ]
    return page.text
  }

  private static func tree(_ diagnostic: Diagnostic) -> JSONTree {
    [
      "code": .string(diagnostic.code.name),
      "slug": .string(diagnostic.code.slug),
      "severity": .string(diagnostic.severity.rawValue),
      "confidence": .string(diagnostic.confidence.rawValue),
      "message": .string(diagnostic.message),
      "span": tree(diagnostic.span),
      "label": text(diagnostic.label),
      "labels": .array(
        diagnostic.secondary.map { ["span": tree($0.span), "text": .string($0.text)] }),
      "path": text(diagnostic.path),
      "notes": .array(diagnostic.notes.map { .string($0) }),
      "help": text(diagnostic.help),
      "fixes": .array(diagnostic.fixes.map(tree)),
    ]
  }

  private static func tree(_ fix: Fix) -> JSONTree {
    [
      "title": .string(fix.title), "safe": .boolean(fix.isSafe),
      "edits": .array(
        fix.edits.map { ["span": tree($0.span), "replacement": .string($0.replacement)] }),
    ]
  }

  private static func tree(_ span: SourceSpan) -> JSONTree {
    ["file": .string(span.path), "start": tree(span.start), "end": tree(span.end)]
  }

  private static func tree(_ position: SourcePosition) -> JSONTree {
    ["line": .integer(position.line), "column": .integer(position.column)]
  }

  private static func text(_ value: String?) -> JSONTree { value.map { .string($0) } ?? .null }
}
