/// What a recipe says about findings: the key `lint`, and comments that allow one.
///
/// Neither touches what makes a recipe meaningless: errors of text, schema, names and expressions stay
/// errors, whatever the recipe says.
struct Lint {
  private let known: [DiagnosticCode]
  private var severities: [DiagnosticCode: Diagnostic.Severity] = [:]
  private var allowed: Set<DiagnosticCode> = []
  /// Findings about `lint` itself.
  private(set) var diagnostics: [Diagnostic] = []

  /// - Parameter root: the decoded recipe; absent when there is no tree.
  init(_ root: Record?, vocabulary: Vocabulary) {
    known = DiagnosticCatalogue.all(vocabulary)
    guard let lint = root?.optionalRecord("lint") else { return }
    let named = Dictionary(known.map { ($0.name, $0) }) { first, _ in first }
    var seen: [DiagnosticCode: SourceSpan] = [:]
    func place(_ name: String, _ span: SourceSpan, _ path: String) -> DiagnosticCode? {
      guard let code = named[name] else { return nil }
      if let first = seen.updateValue(span, forKey: code) {
        diagnostics.append(
          Diagnostic(
            .contradictoryLint, "`\(name)` has two severities", at: span, label: "again here",
            secondary: [.init(span: first, text: "first here")], help: "keep one of the two",
            path: path))
      }
      return code
    }
    for (key, severity) in [("deny", Diagnostic.Severity.error), ("warn", .warning)] {
      guard case .list(let items)? = lint.setting(key)?.value else { continue }
      for item in items {
        guard let name = item.value.string, let code = place(name, item.span, "lint.\(key)") else {
          continue
        }
        severities[code] = severity
      }
    }
    guard let reasons = lint.optionalRecord("allow") else { return }
    for name in reasons.keys {
      guard let setting = reasons.setting(name),
        let code = place(name, setting.keySpan, "lint.allow.\(name)")
      else { continue }
      if setting.value.string?.allSatisfy(\.isWhitespace) == true {
        diagnostics.append(
          Diagnostic(
            .allowWithoutReason, "`\(name)` is allowed without a reason", at: setting.span,
            help: "say why the finding is no problem here", path: "lint.allow.\(name)"))
      }
      allowed.insert(code)
    }
  }

  /// The findings as the recipe wants to hear them.
  ///
  /// - Parameter unseen: codes whose checks were skipped: a comment that allows one may be of use.
  func apply(
    to found: [Diagnostic], files: [SourceFile], unseen: Set<DiagnosticCode>
  ) -> [Diagnostic] {
    var kept = found.compactMap { diagnostic -> Diagnostic? in
      guard Self.yields(diagnostic) else {
        return allowed.contains(diagnostic.code) ? Self.stubborn(diagnostic) : diagnostic
      }
      if allowed.contains(diagnostic.code) { return nil }
      var diagnostic = diagnostic
      if diagnostic.severity != .note, let severity = severities[diagnostic.code] {
        diagnostic.severity = severity
      }
      return diagnostic
    }
    kept += diagnostics
    let isComplete = !kept.contains { $0.severity == .error }
    // What a recipe allows may be without use in one that extends it.
    for (index, file) in files.enumerated() {
      kept = allow(in: file, kept, reportsUnused: isComplete && index == 0, unseen)
    }
    return kept
  }

  private func allow(
    in file: SourceFile, _ found: [Diagnostic], reportsUnused: Bool, _ unseen: Set<DiagnosticCode>
  ) -> [Diagnostic] {
    let (comments, wrong) = AllowComment.all(in: file)
    var kept = found + wrong
    for comment in comments {
      if comment.reason.isEmpty {
        kept.append(
          Diagnostic(
            .allowWithoutReason, "a finding is allowed without a reason", at: comment.span,
            help: "say behind the bracket why the finding is no problem here"))
      }
      for (name, span) in comment.codes {
        guard let code = known.first(where: { $0.name == name }) else {
          kept.append(unknown(name, at: span))
          continue
        }
        var isUsed = false
        kept = kept.compactMap { diagnostic in
          guard diagnostic.code == code, diagnostic.span.path == file.path,
            diagnostic.span.start.line == comment.line
          else { return diagnostic }
          isUsed = true
          return Self.yields(diagnostic) ? nil : Self.stubborn(diagnostic)
        }
        if !isUsed, reportsUnused, !unseen.contains(code) {
          kept.append(
            Diagnostic(
              .unusedAllow, severity: .warning,
              "`\(name)` is allowed here, but nothing of the kind is found", at: span,
              help: "remove it"))
        }
      }
    }
    return kept
  }

  private func unknown(_ name: String, at span: SourceSpan) -> Diagnostic {
    let names = known.map(\.name)
    let near = Suggestion.closest(to: name, among: names)
    return Diagnostic(
      .unknownCode, "there is no code `\(name)`", at: span,
      help: near.map { "did you mean `\($0)`?" } ?? "codes are written as `SV5107`",
      fixes: near.map { [.replace(span, with: $0, isSafe: false)] } ?? [])
  }

  /// Whether a recipe may decide about a finding.
  private static func yields(_ diagnostic: Diagnostic) -> Bool {
    guard diagnostic.severity == .error else { return true }
    return (5000..<9000).contains(diagnostic.code.number)
      && diagnostic.code != .undeclaredSegment && diagnostic.code != .undeclaredProcess
  }

  private static func stubborn(_ diagnostic: Diagnostic) -> Diagnostic {
    var diagnostic = diagnostic
    let note = "this cannot be allowed: without it the recipe means nothing"
    if !diagnostic.notes.contains(note) { diagnostic.notes.append(note) }
    return diagnostic
  }
}

extension RecipeSchema {
  /// Severities by code.
  static func lint(_ vocabulary: Vocabulary) -> [FieldSchema] {
    let codes = DiagnosticCatalogue.all(vocabulary)
    let names = ValueType.list(.choice(codes.map(\.name)))
    return [
      .optional("deny", names, default: "[]", "findings that are errors here").affects(.display),
      .optional("warn", names, default: "[]", "findings that are warnings here").affects(.display),
      .optional(
        "allow",
        .record(codes.map { .optional($0.name, .string, "why it is allowed: \($0.slug)") }),
        default: "{}", "findings that are left out, each with the reason"
      ).affects(.display),
    ]
  }
}
