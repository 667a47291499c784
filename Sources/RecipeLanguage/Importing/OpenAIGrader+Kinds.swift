/// One function per type of grader; each returns the settings of its reward.
extension OpenAIGrader {
  mutating func stringCheck(_ node: Node) -> [String]? {
    guard let operation = text("operation", of: node) else { return nil }
    let words = [
      "eq": "equals", "ne": "differs", "neq": "differs", "like": "contains",
      "ilike": "contains_ignoring_case",
    ]
    guard let word = words[operation] else {
      report(
        .unsupportedGrader, "`string_check` has no operation `\(operation)`",
        at: node["operation"]?.span ?? node.span, help: "one of `eq`, `ne`, `like`, `ilike`")
      return nil
    }
    guard readsTheAnswer(node), let reference = template("reference", of: node) else { return nil }
    return [
      "kind: text_match", "of: [answer]", "operation: \(word)", "reference: \(quoted(reference))",
    ]
  }

  mutating func textSimilarity(_ node: Node) -> [String]? {
    guard let metric = text("evaluation_metric", of: node) else { return nil }
    guard metrics.contains(metric) else {
      report(
        .unsupportedGrader, "the reward kind `similarity` has no metric `\(metric)`",
        at: node["evaluation_metric"]?.span ?? node.span,
        help: "the metrics are \(metrics.map { "`\($0)`" }.joined(separator: ", "))")
      return nil
    }
    guard readsTheAnswer(node), let reference = template("reference", of: node) else { return nil }
    return [
      "kind: similarity", "of: [answer]", "metric: \(metric)", "reference: \(quoted(reference))",
    ]
  }

  mutating func modelGrader(_ node: Node, name: String, type: String) -> [String]? {
    guard let model = text("model", of: node), let prompt = prompt(node) else { return nil }
    let verdict: [String]?
    if type == "label_model" { verdict = labels(node) } else { verdict = range(node) }
    guard let verdict else { return nil }
    var lines = [
      "api: openai-compatible", "base_url: https://api.openai.com/v1", "model: \(quoted(model))",
      "auth: secrets.judge_key", "sees: [\(prompt.sees.joined(separator: ", "))]",
    ]
    let reference = ["item.answer", "item.solution", "item.reference_answer"]
    if prompt.sees.contains(where: reference.contains) { lines.append("uses_reference: true") }
    lines += ["prompt: |"] + prompt.lines.map { $0.isEmpty ? "" : "  \($0)" }
    lines += verdict
    if let sampling = sampling(node) { lines.append(sampling) }
    add(judge: name, lines)
    return ["kind: judge", "judge: \(name)", "of: [answer]"]
  }

  private mutating func labels(_ node: Node) -> [String]? {
    guard let labels = strings("labels", of: node),
      let passing = strings("passing_labels", of: node)
    else { return nil }
    if let stranger = passing.first(where: { !labels.contains($0) }) {
      report(
        .importedValue, "the passing label `\(stranger)` is none of the labels",
        at: node["passing_labels"]?.span ?? node.span)
      return nil
    }
    if let label = labels.first(where: { Self.identifier($0) != $0 }) {
      report(
        .unsupportedGrader, "the label `\(label)` is not a name that a verdict can have",
        at: node["labels"]?.span ?? node.span, help: "use letters, digits and `_`")
      return nil
    }
    let scores = labels.map { "\(quoted($0)): \(passing.contains($0) ? 1 : 0)" }
    return ["verdict: {tag: label, labels: {\(scores.joined(separator: ", "))}}"]
  }

  private mutating func range(_ node: Node) -> [String]? {
    guard let range = node["range"] else { return ["verdict: {tag: result, range: [0.0, 1.0]}"] }
    guard case .sequence(let items) = range.content, items.count == 2,
      let low = items[0].scalar.flatMap({ Double($0.text) }),
      let high = items[1].scalar.flatMap({ Double($0.text) }), low < high
    else {
      report(.importedValue, "`range` must be two numbers, the lower one first", at: range.span)
      return nil
    }
    return ["verdict: {tag: result, range: [\(low), \(high)]}"]
  }

  /// Temperature and seed; the rest of `sampling_params` has no counterpart and no influence here.
  private func sampling(_ node: Node) -> String? {
    let settings = ["temperature", "seed"].compactMap { key in
      node["sampling_params"]?[key]?.scalar.flatMap { Double($0.text) }.map {
        "\(key): \(key == "seed" ? shortText($0) : "\($0)")"
      }
    }
    return settings.isEmpty ? nil : "sampling: {\(settings.joined(separator: ", "))}"
  }

  private mutating func strings(_ key: String, of node: Node) -> [String]? {
    guard case .sequence(let items)? = node[key]?.content, !items.isEmpty else {
      report(.importedValue, "this grader needs `\(key)`, a list", at: node[key]?.span ?? node.span)
      return nil
    }
    return items.compactMap { $0.scalar?.text }
  }

  /// The messages as one prompt, and what it shows.
  private mutating func prompt(_ node: Node) -> (lines: [String], sees: [String])? {
    guard let input = node["input"] else {
      report(.importedValue, "this grader needs `input`, its messages", at: node.span)
      return nil
    }
    var texts: [String] = []
    var sees: [String] = []
    for text in messageTexts(input) {
      guard let converted = template(text.0, at: text.1) else { return nil }
      texts.append(converted.text)
      for source in converted.sources where !sees.contains(source) { sees.append(source) }
    }
    guard !texts.isEmpty, !diagnostics.contains(where: { $0.severity == .error }) else {
      if texts.isEmpty { report(.importedValue, "`input` holds no text", at: input.span) }
      return nil
    }
    if !sees.contains("segment.answer") { sees.append("segment.answer") }
    let lines = texts.joined(separator: "\n\n").split(
      separator: "\n", omittingEmptySubsequences: false)
    return (lines.map(String.init), sees)
  }

  /// The texts of all messages; parts that are no text are reported.
  private mutating func messageTexts(_ node: Node) -> [(Node.Scalar, SourceSpan)] {
    switch node.content {
    case .scalar(let scalar): return [(scalar, node.span)]
    case .sequence(let items): return items.flatMap { messageTexts($0) }
    case .mapping:
      if let content = node["content"] { return messageTexts(content) }
      if let text = node["text"] { return messageTexts(text) }
      let type = node["type"]?.scalar?.text ?? "?"
      report(
        .unsupportedGrader, "a message part of type `\(type)` cannot be shown to a judge of texts",
        at: node.span)
      return []
    case .rejected: return []
    }
  }

  /// Whether `input` is the whole output and nothing else.
  private mutating func readsTheAnswer(_ node: Node) -> Bool {
    guard let input = node["input"], let scalar = input.scalar else {
      report(.importedValue, "this grader needs `input`", at: node["input"]?.span ?? node.span)
      return false
    }
    guard let read = template(scalar, at: input.span) else { return false }
    if read.text == "{segment.answer | fence}" { return true }
    report(
      .unsupportedGrader, "a reward reads a segment as it is, not a text around it",
      at: input.span, help: "write `{{sample.output_text}}` alone")
    return false
  }

  private mutating func template(_ key: String, of node: Node) -> String? {
    guard let value = node[key], let scalar = value.scalar else {
      report(.importedValue, "this grader needs `\(key)`", at: node[key]?.span ?? node.span)
      return nil
    }
    return template(scalar, at: value.span)?.text
  }

  /// `{{item.x}}` as `{item.x}`, `{{sample.output_text}}` as the fenced answer.
  private mutating func template(
    _ scalar: Node.Scalar, at span: SourceSpan
  ) -> (text: String, sources: [String])? {
    var text = ""
    var sources: [String] = []
    var rest = scalar.text[...]
    while let open = rest.firstRange(of: "{{") {
      text += rest[..<open.lowerBound]
      guard let close = rest[open.upperBound...].firstRange(of: "}}") else {
        report(.importedValue, "a `{{` is never closed", at: span)
        return nil
      }
      let name = rest[open.upperBound..<close.lowerBound].filter { !$0.isWhitespace }
      rest = rest[close.upperBound...]
      if name == "sample.output_text" {
        text += "{segment.answer | fence}"
        sources.append("segment.answer")
      } else if name.hasPrefix("item."),
        Self.identifier(String(name.dropFirst(5))) == name.dropFirst(5)
      {
        text += "{\(name)}"
        sources.append(name)
      } else {
        report(
          .unsupportedGrader, "nothing here is `\(name)`", at: span,
          help: "a grader's template may read `item.<column>` and `sample.output_text`")
        return nil
      }
    }
    return (text + rest, sources)
  }

  /// Double-quoted YAML.
  private func quoted(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "\"") { result, scalar in
      switch scalar {
      case "\"", "\\": result += "\\\(scalar)"
      case "\n": result += "\\n"
      case "\t": result += "\\t"
      case "\r": result += "\\r"
      case _ where scalar.value < 0x20 || scalar.value == 0x7F:
        let digits = String(scalar.value, radix: 16)
        result += "\\x" + String(repeating: "0", count: 2 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    } + "\""
  }
}
