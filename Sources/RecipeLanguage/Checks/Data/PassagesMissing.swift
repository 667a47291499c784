extension DiagnosticCode {
  static let passagesMissing = DiagnosticCode(
    5704, "passages-missing", "A prompt asks for passages that nothing provides.",
    Explanation(
      why: """
        `{item.passages}` stands for what `retrieval` found, or for a column of the data. A question \
        without either cannot be asked, and a run would stop at the first one. Data of files bring no \
        texts along; a collection for them is a file or a folder.
        """,
      example: .sections(retrieval(from: "data")),
      nearMiss: .sections(retrieval(from: "facts.txt"))))

  private static func retrieval(from collection: String) -> String {
    """
    model:
      architecture: qwen2_5_vl
      from: models/somewhere
      prompt:
        user: "{item.passages} {item.problem} Answer in <observation>, <think> and <answer> tags."
    data:
      traces: {kind: clipworld, split: cold_start, clips: 400}
      questions: {kind: records, path: mine.json, media: clips}
      held_out: {kind: clipworld, split: test, clips: 100}
    retrieval: {collection: \(collection)}
    """
  }
}

extension RecipeCheck {
  static let passagesMissing = RecipeCheck(
    .passagesMissing, reads: ["data", "model", "retrieval"]
  ) { input in
    if let retrieval = input.root.optionalRecord("retrieval") {
      guard retrieval.optionalPath("collection") == .word(RecipeSchema.dataTexts) else { return [] }
      return input.outline.data.compactMap { data in
        guard let kind = input.kind(of: data.path), !kind.traits.contains(.bringsTexts) else {
          return nil
        }
        return Diagnostic(
          .passagesMissing, "`\(data.name)` (\(kind.name)) brings no texts along",
          at: retrieval.span(of: "collection"),
          secondary: [.init(span: data.span, text: "the data")],
          help: "name a text file or a folder of texts", path: "retrieval.collection")
      }
    }
    guard input.showsPassages else { return [] }
    return input.outline.data.compactMap { data in
      guard
        let columns = input.facts.ask(for: .passagesMissing, { $0.columns(ofData: data.name) }),
        columns["passages"] == nil
      else { return nil }
      return Diagnostic(
        .passagesMissing, confidence: .facts,
        "the prompt shows `item.passages`, but `\(data.name)` has no such column, and nothing retrieves any",
        at: data.span, help: "add `retrieval: {collection: …}`", path: data.path)
    }
  }
}

extension CheckInput {
  /// Whether questions to the policy show passages.
  var showsPassages: Bool {
    let prompt = root.optionalRecord("model")?.optionalRecord("prompt")
    let byTask = prompt?.optionalRecord("by_task")
    let templates =
      [prompt?.optionalTemplate("user")] + (byTask?.keys.map { byTask?.optionalTemplate($0) } ?? [])
    return templates.contains { $0?.shows("item.passages") == true }
  }
}

extension Template {
  /// Whether it has a hole for a text source, such as `item.passages`.
  public func shows(_ source: String) -> Bool { holes.contains { $0.source == source } }
}
