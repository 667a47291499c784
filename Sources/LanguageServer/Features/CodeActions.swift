import RecipeLanguage

extension Feature {
  /// The fixes of the findings in a range, and all safe ones at once.
  static let codeActions = Feature(
    "textDocument/codeAction", "codeActionProvider",
    ["codeActionKinds": ["quickfix", "source.fixAll.sousvide"]]
  ) { workspace, params throws(ResponseError) in
    let (uri, chain) = try workspace.document(params)
    let range = try chain.first.lines.range(params.json["range"], workspace.encoding)
    let wanted = params.json["context"]?["only"]?.array?.compactMap(\.string)
    guard workspace.client.codeActionLiterals, let check = workspace.check(uri) else { return [] }
    let actions = CodeActions(check: check, uri: uri, path: chain.first.path, workspace: workspace)
    var answer: [JSON] = []
    if Self.isWanted("quickfix", wanted) { answer += actions.quickFixes(touching: range) }
    if Self.isWanted("source.fixAll.sousvide", wanted), let all = actions.fixAll() {
      answer.append(all)
    }
    return .array(answer)
  }

  /// A wanted kind stands for all that begin with it: `source` for `source.fixAll.sousvide`.
  private static func isWanted(_ kind: String, _ wanted: [String]?) -> Bool {
    guard let wanted else { return true }
    return wanted.contains { $0.isEmpty || kind == $0 || kind.hasPrefix($0 + ".") }
  }
}

private struct CodeActions {
  let check: Check
  let uri: String
  let path: String
  let workspace: Workspace

  func quickFixes(touching range: Range<Int>) -> [JSON] {
    let report = DiagnosticReport(check: check, uri: uri, workspace: workspace, catalogue: nil)
    return check.result.diagnostics.flatMap { diagnostic -> [JSON] in
      guard diagnostic.span.path == path, touches(diagnostic, range) else { return [] }
      return diagnostic.fixes.compactMap { fix in
        edit([fix]).map { edit in
          .record([
            "title": .string(fix.title), "kind": "quickfix",
            "diagnostics": report.json(diagnostic).map { [$0] },
            "isPreferred": fix.isSafe ? true : nil, "edit": edit,
          ])
        }
      }
    }
  }

  /// Nil when there is nothing to fix.
  func fixAll() -> JSON? {
    let own = check.result.diagnostics.filter { $0.span.path == path }
    let applied = FixApplication.apply(own, to: check.result.files, includeUnsafe: false).applied
    guard !applied.isEmpty, let edit = edit(applied.map(\.fix)) else { return nil }
    return [
      "title": "fix everything that is safe to fix", "kind": "source.fixAll.sousvide",
      "edit": edit,
    ]
  }

  private func touches(_ diagnostic: Diagnostic, _ range: Range<Int>) -> Bool {
    // A cursor anywhere on the line asks for what is on it.
    guard let lines = check.lines(of: path) else { return false }
    let span = diagnostic.span.bytes
    let first = lines.line(of: range.lowerBound)...lines.line(of: range.upperBound)
    return first.overlaps(
      lines.line(of: span.lowerBound)...lines.line(of: max(span.lowerBound, span.upperBound)))
  }

  private func edit(_ fixes: [Fix]) -> JSON? {
    var edits: [(uri: String, edits: [JSON])] = []
    for edit in fixes.flatMap(\.edits) {
      guard let lines = check.lines(of: edit.span.path) else { return nil }
      let target = workspace.uri(of: edit.span.path)
      let json: JSON = [
        "range": lines.json(edit.span.bytes, workspace.encoding),
        "newText": .string(edit.replacement),
      ]
      if let index = edits.firstIndex(where: { $0.uri == target }) {
        edits[index].edits.append(json)
      } else {
        edits.append((target, [json]))
      }
    }
    return edits.isEmpty ? nil : workspace.edit(edits)
  }
}
