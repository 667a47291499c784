import RecipeLanguage

/// Tells the client what is wrong, for each file it concerns and only where it has changed.
struct DiagnosticPublisher: Sendable {
  /// Address of the page that explains the codes.
  let catalogue: String?
  /// What the client was told last, by address.
  private var published: [String: JSON] = [:]
  /// The state of the workspace that this was told of.
  private var changes = 0

  init(catalogue: String?) { self.catalogue = catalogue }

  mutating func publish(_ workspace: inout Workspace) -> [JSON] {
    guard workspace.changes != changes else { return [] }
    changes = workspace.changes
    var found: [String: [JSON]] = [:]
    let open = workspace.documents.keys.sorted()
    for uri in open { found[uri] = [] }
    let reports = open.compactMap { uri in
      workspace.check(uri).map {
        DiagnosticReport(check: $0, uri: uri, workspace: workspace, catalogue: catalogue)
          .diagnostics
      }
    }
    // A file's own findings come first, so that what a child finds again is left out.
    for isOwn in [true, false] {
      for (uri, report) in zip(open, reports) {
        for (target, diagnostic) in report where (target == uri) == isOwn {
          let isKnown = found[target]?.contains { Self.isSame($0, diagnostic) } ?? false
          if isOwn || !isKnown { found[target, default: []].append(diagnostic) }
        }
      }
    }
    for uri in published.keys where found[uri] == nil { found[uri] = [] }
    return found.keys.sorted().compactMap { uri in
      let diagnostics = JSON.array(found[uri] ?? [])
      let version = workspace.documents[uri]?.version
      guard published[uri] != diagnostics else { return nil }
      let isKnown = version != nil || diagnostics != []
      published[uri] = isKnown ? diagnostics : nil
      return .notification(
        "textDocument/publishDiagnostics",
        .record([
          "uri": .string(uri), "version": version.map { JSON($0) }, "diagnostics": diagnostics,
        ]))
    }
  }

  private static func isSame(_ a: JSON, _ b: JSON) -> Bool {
    a["code"] == b["code"] && a["range"] == b["range"] && a["message"] == b["message"]
  }
}

/// The findings of one check in the words of the protocol.
struct DiagnosticReport {
  let check: Check
  let uri: String
  let workspace: Workspace
  let catalogue: String?

  /// Each with the address of the file it is about.
  var diagnostics: [(uri: String, diagnostic: JSON)] {
    var addresses: [String: String] = [:]
    return check.result.diagnostics.compactMap { diagnostic in
      let path = diagnostic.span.path
      let target = addresses[path] ?? workspace.uri(of: path)
      addresses[path] = target
      return range(diagnostic.span).map { (target, json(diagnostic, $0, in: target)) }
    }
  }

  func range(_ span: SourceSpan) -> JSON? {
    check.lines(of: span.path)?.json(span.bytes, workspace.encoding)
  }

  func json(_ diagnostic: Diagnostic) -> JSON? {
    range(diagnostic.span).map {
      json(diagnostic, $0, in: workspace.uri(of: diagnostic.span.path))
    }
  }

  private func json(_ diagnostic: Diagnostic, _ range: JSON, in target: String) -> JSON {
    var text = [diagnostic.message] + diagnostic.notes.map { "note: \($0)" }
    if let help = diagnostic.help { text.append("help: \(help)") }
    let code = diagnostic.code
    return .record([
      "range": range,
      "severity": JSON(severity(diagnostic.severity)),
      "code": .string(code.name),
      "codeDescription": catalogue.map { ["href": .string("\($0)#\(code.name.lowercased())")] },
      "source": "sousvide",
      "message": .string(text.joined(separator: "\n")),
      "tags": isUnused(code) ? [1] : nil,
      "relatedInformation": related(diagnostic, in: target),
      // Handed back with a request for code actions.
      "data": ["slug": .string(code.slug)],
    ])
  }

  private func severity(_ severity: Diagnostic.Severity) -> Int {
    switch severity {
    case .error: 1
    case .warning: 2
    case .note: 3
    }
  }

  private func isUnused(_ code: DiagnosticCode) -> Bool {
    code.slug.hasPrefix("unused") || code.slug.hasSuffix("without-effect")
  }

  private func related(_ diagnostic: Diagnostic, in target: String) -> JSON? {
    guard workspace.client.relatedInformation else { return nil }
    var places: [(uri: String, range: JSON, text: String)] = diagnostic.secondary.compactMap {
      label in
      range(label.span).map { (workspace.uri(of: label.span.path), $0, label.text) }
    }
    if target != uri {
      let start: JSON = ["line": 0, "character": 0]
      places.append((uri, ["start": start, "end": start], "found while checking this recipe"))
    }
    guard !places.isEmpty else { return nil }
    return .array(
      places.map { uri, range, text in
        ["location": ["uri": .string(uri), "range": range], "message": .string(text)]
      })
  }
}
