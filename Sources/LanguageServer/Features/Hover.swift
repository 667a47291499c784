import RecipeLanguage

extension Feature {
  /// What a key is for, what a value may be, what a name stands for.
  static let hover = Feature("textDocument/hover", "hoverProvider") {
    workspace, params throws(ResponseError) in
    let spot = try workspace.spot(params)
    let check = workspace.check(spot.uri)
    let pages = HoverPages(spot: spot, check: check, language: workspace.language)
    guard let (page, range) = pages.page() else { return .null }
    let kind = workspace.client.markdown ? "markdown" : "plaintext"
    return [
      "contents": ["kind": .string(kind), "value": .string(page)],
      "range": spot.text.lines.json(range, workspace.encoding),
    ]
  }
}

/// Finds out what is under the cursor and describes it.
struct HoverPages {
  let spot: Spot
  let check: Check?
  let language: Language

  private var text: DraftFile { spot.text }

  func page() -> (page: String, range: Range<Int>)? {
    if let comment = text.draft.comment(at: spot.offset) { return code(in: comment) }
    if let occurrence = text.occurrence(at: spot.offset),
      let page = page(of: occurrence.symbol)
    {
      return (page, occurrence.range)
    }
    guard let place = text.place(at: spot.offset) else { return nil }
    if let key = place.key, key.range.contains(spot.offset) || key.range.upperBound == spot.offset {
      return keyPage(place).map { ($0, key.range) }
    }
    if let scalar = place.node.scalar, let page = valuePage(place, scalar) {
      return (page, scalar.range)
    }
    return nil
  }

  // MARK: Keys and values

  private func keyPage(_ place: DraftPlace) -> String? {
    guard let field = place.field, let type = place.type else { return nil }
    var lines = ["**\(place.name)**: \(field.summary)", ""]
    lines.append("- takes \(type.phrase)" + (field.isRequired ? " (required)" : ""))
    if let text = field.defaultText, text != "{}", text != "[]" {
      lines.append("- default: `\(text)`")
    }
    if field.effect != .result { lines.append("- changes \(effect(field.effect))") }
    lines += effective(place)
    if let kind = kind(place, word: place.node.scalar?.text) { lines += ["", kindLine(kind)] }
    return lines.joined(separator: "\n")
  }

  private func valuePage(_ place: DraftPlace, _ scalar: DraftScalar) -> String? {
    if let kind = kind(place, word: scalar.text) { return kindPage(kind) }
    guard let page = keyPage(place) else {
      return place.type.map { "takes \($0.phrase)" }
    }
    return page
  }

  private func effect(_ effect: Effect) -> String {
    switch effect {
    case .result: "the result"
    case .numerics: "the last bits of the result"
    case .performance: "speed and memory alone"
    case .display: "what people read, never the result"
    }
  }

  /// The value in force, where it comes from, and what it replaced.
  private func effective(_ place: DraftPlace) -> [String] {
    guard let setting = check?.result.root?.setting(at: place.path),
      let value = setting.value.display, !value.isEmpty
    else { return [] }
    var line = "- here: `\(value)`"
    if setting.origin == .written, setting.span.path != text.path {
      line += ", from \(source(setting.span))"
    }
    guard let replaced = setting.provenance.replaced.first else { return [line] }
    return [line, "- replaces `\(replaced.text)` of \(source(replaced.span))"]
  }

  private func source(_ span: SourceSpan) -> String {
    "`\(span.path.split(separator: "/").last ?? "")`, line \(span.start.line)"
  }

  /// The kind that a discriminating key names.
  private func kind(_ place: DraftPlace, word: String?) -> KindSchema? {
    guard let word, case .kind(let discriminator, _, let kinds)? = place.container?.unwrapped,
      discriminator == place.name
    else { return nil }
    return kinds.first { $0.name == word }
  }

  private func kindLine(_ kind: KindSchema) -> String { "`\(kind.name)`: \(kind.summary)" }

  private func kindPage(_ kind: KindSchema) -> String {
    var lines = ["**\(kind.name)**: \(kind.summary)", ""]
    for field in kind.fields {
      let status = field.isRequired ? "required" : field.defaultText.map { "default `\($0)`" }
      lines.append("- `\(field.name)`: \(field.summary)" + (status.map { " (\($0))" } ?? ""))
    }
    if let missing = kind.missing {
      lines += ["", "It can be checked and planned, not yet run: \(missing) are missing."]
    }
    return lines.joined(separator: "\n")
  }

  // MARK: Names

  func page(of symbol: Symbol) -> String? {
    let places = spot.chain.definitions(of: symbol)
    guard let first = places.first else { return nil }
    var lines = ["**\(symbol.name)**: \(symbol.noun)"]
    let path = "\(symbol.section).\(symbol.name)"
    if let kind = definedKind(path) { lines.append(kindLine(kind)) }
    lines.append("")
    lines += facts(symbol, path)
    for (text, _) in places where text.path != spot.text.path {
      lines.append("- declared in `\(text.path.split(separator: "/").last ?? "")`")
    }
    if places.count == 1, first.text.path == text.path {
      let line = text.lines.line(of: first.occurrence.range.lowerBound)
      lines.append("- declared on line \(line + 1)")
    }
    return lines.joined(separator: "\n")
  }

  /// The kind of a named entry, as its discriminating key says.
  private func definedKind(_ path: String) -> KindSchema? {
    for text in spot.chain.texts {
      guard let place = text.place(path: path), let type = place.type,
        let shape = RecordShape(
          type, word: { spot.chain.value(at: PlaceReader.join(path, $0)) }),
        let kind = shape.kind
      else { continue }
      return kind
    }
    return nil
  }

  private func facts(_ symbol: Symbol, _ path: String) -> [String] {
    switch symbol.section {
    case Section.rewards.rawValue:
      guard let reward = check?.outline?.reward(symbol.name) else { return [] }
      return rewardFacts(reward)
    case Section.segments.rawValue:
      guard let segment = check?.outline?.segment(symbol.name) else { return [] }
      return ["- process: `\(segment.process)`", "- written `\(segment.open)…\(segment.close)`"]
    case Section.processes.rawValue:
      let segments = check?.outline?.segments.filter { $0.process == symbol.name } ?? []
      return segments.isEmpty
        ? [] : ["- segments: " + segments.map { "`\($0.name)`" }.joined(separator: ", ")]
    default:
      return check?.result.root?.setting(at: path)?.value.display.map { ["- value: `\($0)`"] }
        ?? []
    }
  }

  private func rewardFacts(_ reward: RecipeOutline.Reward) -> [String] {
    let signature = reward.signature
    var lines = ["- range: \(Display.range(signature.range))"]
    if let support = signature.support {
      lines.append("- values: \(Display.support(support))")
    }
    if let gate = reward.gate { lines.append("- 0 unless `\(gate.text)`") }
    if !reward.segments.isEmpty {
      lines.append("- reads " + reward.segments.map { "`\($0)`" }.joined(separator: ", "))
    }
    lines.append("- credits `\(reward.credit)`")
    if signature.mayAbstain { lines.append("- may abstain") }
    if !signature.isPure { lines.append("- equal responses may get different values") }
    return lines
  }

  // MARK: Codes

  /// The code under the cursor in a comment such as `# sousvide: allow(SV5107) …`.
  private func code(in comment: Range<Int>) -> (page: String, range: Range<Int>)? {
    let bytes = text.lines.bytes
    var start = min(spot.offset, comment.upperBound)
    while start > comment.lowerBound, Words.isNamePart(bytes[start - 1]) { start -= 1 }
    var end = start
    while end < comment.upperBound, Words.isNamePart(bytes[end]) { end += 1 }
    let word = text.text(start..<end)
    guard let code = language.codes.first(where: { $0.name == word }) else { return nil }
    return (Self.page(of: code), start..<end)
  }

  static func page(of code: DiagnosticCode) -> String {
    var lines = ["**\(code.name) \(code.slug)**: \(code.summary)"]
    if let why = code.explanation?.why { lines += ["", why] }
    return lines.joined(separator: "\n")
  }
}
