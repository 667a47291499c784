import RecipeLanguage

/// What fits at the cursor.
struct CompletionList {
  let cursor: CompletionCursor
  let spot: Spot
  let workspace: Workspace

  func items() -> [JSON] {
    switch cursor.target {
    case .comment(let text): return codes(in: text).map { json($0, cursor.range) }
    case .key(let parent): return keys(of: parent).map { json($0, cursor.range) }
    case .value:
      let (items, range) = values()
      return items.map { json($0, range) }
    }
  }

  /// The names in force, the half-typed text's own included.
  var names: RecipeChain { RecipeChain(texts: [cursor.file] + spot.chain.texts.dropFirst()) }

  private func json(_ item: CompletionItem, _ range: Range<Int>) -> JSON {
    let isSnippet = workspace.client.snippets && item.snippet != nil
    let text = (isSnippet ? item.snippet : nil) ?? item.text ?? item.label
    let blank = cursor.needsBlank ? " " : ""
    return .record([
      "label": .string(item.label),
      "kind": JSON(item.kind.rawValue),
      "detail": item.detail.map { .string($0) },
      "documentation": item.documentation.map {
        ["kind": workspace.client.markdown ? "markdown" : "plaintext", "value": .string($0)]
      },
      "sortText": .string("\(item.rank)\(item.label)"),
      "insertTextFormat": JSON(isSnippet ? 2 : 1),
      "textEdit": [
        "range": spot.text.lines.json(range, workspace.encoding),
        "newText": .string(blank + text),
      ],
      "filterText": .string(blank + item.label),
    ])
  }

  /// In `# sousvide: allow(…)`.
  private func codes(in comment: String) -> [CompletionItem] {
    guard comment.contains("sousvide:") else { return [] }
    return workspace.language.codes.map { code in
      CompletionItem(
        label: code.name, kind: .value, detail: code.slug, documentation: code.summary)
    }
  }
}
