import Foundation
import RecipeLanguage

/// Values of the type that the key takes.
extension CompletionList {
  /// The suggestions with the part of the text that they replace.
  func values() -> (items: [CompletionItem], range: Range<Int>) {
    if let interpolation { return interpolation }
    guard let type = cursor.place.type else { return ([], cursor.range) }
    if let unit { return unit }
    switch type.unwrapped {
    case .expression(_, let context): return formula(context)
    case .template: return cursor.before.contains("{") ? (hole(), word) : (files(), cursor.range)
    case .list(let element, _):
      // A list that lacks its brackets.
      let items = plain(element).map { item in
        var item = item
        item.text = "[\(item.text ?? item.label)]"
        item.snippet = nil
        return item
      }
      return (items, cursor.range)
    default: break
    }
    var items = plain(type)
    if let text = cursor.place.field?.defaultText, isScalar(text),
      !items.contains(where: { $0.label == text })
    {
      items.append(CompletionItem(label: text, kind: .value, detail: "default", rank: 2))
    }
    return (items, cursor.range)
  }

  private func isScalar(_ text: String) -> Bool {
    !text.isEmpty && !text.hasPrefix("{") && !text.hasPrefix("[") && !text.contains("${")
  }

  /// The word at the cursor.
  private var word: Range<Int> {
    CompletionCursor.word(around: spot.offset, in: spot.text.lines.bytes)
  }

  private func plain(_ type: ValueType) -> [CompletionItem] {
    switch type {
    case .optional(let inner):
      return plain(inner) + [CompletionItem(label: "none", kind: .keyword, rank: 6)]
    case .boolean: return ["true", "false"].map { CompletionItem(label: $0, kind: .keyword) }
    case .choice(let words): return words.map { choice($0) }
    case .reference(let section):
      return names.names(in: section.rawValue)
        .map { CompletionItem(label: $0, kind: .reference, detail: section.noun) }
    case .identifier where cursor.place.name == "process":
      return names.names(in: Section.processes.rawValue)
        .map { CompletionItem(label: $0, kind: .reference, detail: "process") }
    case .items:
      return plain(.reference(.data))
        + names.names(in: Section.stages.rawValue)
        .map { CompletionItem(label: "stages.\($0)", kind: .reference, detail: "stage", rank: 6) }
    case .textSource: return sources()
    case .secret:
      return names.names(in: Section.secrets.rawValue)
        .map { CompletionItem(label: "secrets.\($0)", kind: .reference, detail: "secret") }
    case .position(let words):
      return words.map { CompletionItem(label: $0, kind: .keyword) } + [
        example("200 step", "updates")
      ]
    case .path(let words):
      return words.map { CompletionItem(label: $0, kind: .keyword) } + files()
    case .schedule: return schedules()
    case .quantity(let unit, _): return [example("320 \(unit.rawValue)", unit.phrase)]
    case .window(let unit, let others):
      return ([unit] + others).map { example("128..320 \($0.rawValue)", $0.phrase) }
    default: return []
    }
  }

  private func example(_ text: String, _ detail: String) -> CompletionItem {
    CompletionItem(label: text, kind: .value, detail: detail, rank: 7)
  }

  /// A word of a closed list; a kind with what it is.
  private func choice(_ word: String) -> CompletionItem {
    guard case .kind(let discriminator, _, let kinds)? = cursor.place.container?.unwrapped,
      discriminator == cursor.place.name, let kind = kinds.first(where: { $0.name == word })
    else { return CompletionItem(label: word, kind: .choice) }
    return CompletionItem(
      label: word, kind: .choice, detail: kind.summary,
      documentation: kind.missing.map { "not yet run by this program: \($0)" })
  }

  /// `item.problem`, `segment.answer`
  private func sources() -> [CompletionItem] {
    columns.map { CompletionItem(label: "item.\($0)", kind: .field, detail: "column of the data") }
      + [CompletionItem(label: Template.media, kind: .field, detail: "its video or picture")]
      + names.names(in: Section.segments.rawValue)
      .map { CompletionItem(label: "segment.\($0)", kind: .reference, detail: "segment") }
  }

  /// Columns that the recipe reads somewhere, and those that every question has.
  private var columns: [String] {
    var columns = ["problem", "options", "answer", "problem_type"]
    for scalar in cursor.file.places.compactMap(\.node.scalar) {
      let text = Array(scalar.text.utf8)
      guard text.firstRange(of: "item.".utf8) != nil else { continue }
      for parts in Words.dotted(text, 0..<text.count) where parts.count == 2 {
        let name = String(decoding: text[parts[1]], as: UTF8.self)
        let isColumn = String(decoding: text[parts[0]], as: UTF8.self) == "item"
        if isColumn, !name.isEmpty, "item.\(name)" != Template.media, !columns.contains(name) {
          columns.append(name)
        }
      }
    }
    return columns
  }

  private func schedules() -> [CompletionItem] {
    let isOwn = cursor.place.path.hasPrefix("schedules.")
    let known =
      isOwn
      ? []
      : names.names(in: Section.schedules.rawValue)
        .map { CompletionItem(label: "schedules.\($0)", kind: .reference, rank: 1) }
    return known
      + RecipeSchema.scheduleForms.map { form in
        var snippet = Snippet()
        let fields = snippet.fields(form.fields).joined(separator: ", ")
        return CompletionItem(
          label: form.name, kind: .module, detail: "schedule", text: "{\(form.name): {}}",
          snippet: "{\(form.name): {\(fields)}}")
      }
  }

  /// Files beside this one; recipes alone where a recipe is wanted.
  private func files() -> [CompletionItem] {
    let typed = cursor.before.split(separator: "/", omittingEmptySubsequences: false)
    let prefix = typed.dropLast().map { $0 + "/" }.joined()
    let folder = FileAddress.resolve(prefix + ".", besides: spot.text.path)
    let entries = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    let own = spot.text.path.split(separator: "/").last.map(String.init)
    return entries.sorted().filter { !$0.hasPrefix(".") && $0 != own }.prefix(200).compactMap {
      name in
      var isFolder: ObjCBool = false
      _ = FileManager.default.fileExists(atPath: "\(folder)/\(name)", isDirectory: &isFolder)
      let isRecipe = name.hasSuffix(".yaml") || name.hasSuffix(".yml")
      guard cursor.place.path != "extends" || isRecipe || isFolder.boolValue else { return nil }
      return CompletionItem(
        label: prefix + name + (isFolder.boolValue ? "/" : ""),
        kind: isFolder.boolValue ? .folder : .file)
    }
  }

  // MARK: Parts of values

  /// `320 t…`: units after a number.
  private var unit: (items: [CompletionItem], range: Range<Int>)? {
    let wanted: [(text: String, detail: String?)]
    switch cursor.place.type?.unwrapped {
    case .quantity(let unit, _): wanted = [(unit.rawValue, unit.phrase)]
    case .window(let unit, let others): wanted = ([unit] + others).map { ($0.rawValue, $0.phrase) }
    case .position: wanted = [("step", "updates"), ("epoch", "passes over the data"), ("%", nil)]
    case .share: wanted = [("%", nil)]
    default: return nil
    }
    let typed = Array(cursor.before.utf8)
    var letters = typed.count
    while letters > 0, Words.isNamePart(typed[letters - 1]), !Words.isDigit(typed[letters - 1]) {
      letters -= 1
    }
    var number = letters
    while number > 0, typed[number - 1] == 0x20 { number -= 1 }
    guard number > 0, Words.isDigit(typed[number - 1]) else { return nil }
    let blank = number == letters ? " " : ""
    let items = wanted.map { text, detail in
      CompletionItem(
        label: text, kind: .unit, detail: detail, text: (text == "%" ? "" : blank) + text)
    }
    let end = CompletionCursor.word(around: spot.offset, in: spot.text.lines.bytes).upperBound
    return (items, spot.offset - (typed.count - letters)..<end)
  }

  /// Inside `${…}`.
  private var interpolation: (items: [CompletionItem], range: Range<Int>)? {
    guard let open = cursor.before.range(of: "${", options: .backwards),
      !cursor.before[open.upperBound...].contains("}")
    else { return nil }
    let typed = String(cursor.before[open.upperBound...])
    return (dotted(typed, roots: ["params"]) + functions(of: typed), word)
  }

  /// Inside `{…}` of a template.
  private func hole() -> [CompletionItem] {
    guard let open = cursor.before.lastIndex(of: "{"), !cursor.before[open...].contains("}") else {
      return []
    }
    let typed = String(cursor.before[cursor.before.index(after: open)...])
    if typed.contains("|") { return [CompletionItem(label: "fence", kind: .keyword)] }
    return dotted(typed, roots: ["item", "segment"])
  }

  /// Names, words, calls and operators of an expression.
  private func formula(
    _ context: ExpressionContext
  ) -> (items: [CompletionItem], range: Range<Int>) {
    let typed = cursor.before
    let families = ExpressionNames.allCases.filter { $0.contexts.contains(context) }
    let paths = dotted(typed, roots: families.flatMap(roots))
    guard !isAfterDot(typed) else { return (paths, word) }
    var items = paths + functions(of: typed) + words(after: typed)
    if families.contains(.rewards) {
      items += names.names(in: Section.rewards.rawValue)
        .filter { !cursor.place.path.hasPrefix("rewards.\($0).") }
        .map { CompletionItem(label: $0, kind: .variable, detail: "reward", rank: 1) }
    }
    if families.contains(.aggregates) {
      items += Words.aggregates.map { call($0, "of the group", rank: 1) }
    }
    return (items, word)
  }

  /// What the paths of a family begin with.
  private func roots(_ family: ExpressionNames) -> [String] {
    switch family {
    case .parameters: ["params"]
    case .columns: ["item"]
    case .settings: workspace.language.fields.map(\.name).filter { $0 != "params" }
    case .rewards, .aggregates: []
    }
  }

  private func isAfterDot(_ typed: String) -> Bool {
    typed.utf8.reversed().first { !Words.isNamePart($0) } == UInt8(ascii: ".")
  }

  /// What may follow the path that ends at the cursor: `params.`, `segment.ans`, `params.window.m`.
  private func dotted(_ typed: String, roots: [String]) -> [CompletionItem] {
    let bytes = Array(typed.utf8)
    var start = bytes.count
    while start > 0, Words.isNamePart(bytes[start - 1]) || bytes[start - 1] == UInt8(ascii: ".") {
      start -= 1
    }
    let path = String(decoding: bytes[start...], as: UTF8.self)
      .split(separator: ".", omittingEmptySubsequences: false).dropLast().map(String.init)
    guard let root = path.first else {
      return roots.map { CompletionItem(label: $0, kind: .module, text: "\($0).", rank: 2) }
    }
    guard roots.contains(root) else { return [] }
    if path.count == 1 {
      if root == "item" { return columns.map { CompletionItem(label: $0, kind: .field) } }
      let section = root == "segment" ? Section.segments.rawValue : root
      return names.names(in: section).map { CompletionItem(label: $0, kind: .reference) }
    }
    if root == "params" {
      let type = names.value(at: "params.\(path[1]).type") ?? ""
      return type.hasPrefix("window")
        ? ["min", "max", "width"].map { CompletionItem(label: $0, kind: .property) } : []
    }
    // The keys of a setting: those the recipe has.
    guard let record = check(at: path.joined(separator: ".")) else { return [] }
    return record.map { CompletionItem(label: $0, kind: .property) }
  }

  private func check(at path: String) -> [String]? {
    guard
      case .record(let record)? = workspace.knownCheck(spot.uri)?.result.root?
        .setting(at: path)?.value
    else { return nil }
    return record.keys
  }

  private func functions(of typed: String) -> [CompletionItem] {
    guard !isAfterDot(typed) else { return [] }
    return Words.functions.map { call($0, nil, rank: 4) }
  }

  private func call(_ name: String, _ detail: String?, rank: Int) -> CompletionItem {
    CompletionItem(
      label: name, kind: .function, detail: detail, text: "\(name)(", snippet: "\(name)($1)",
      rank: rank)
  }

  private func words(after typed: String) -> [CompletionItem] {
    let trimmed = typed.reversed().drop { Words.isNamePart($0.asciiValue ?? 0) }
      .drop { $0 == " " }
    let previous = trimmed.first?.asciiValue ?? 0
    let isOperand = Words.isNamePart(previous) || previous == UInt8(ascii: ")")
    var items = ["not", "if", "true", "false"].map {
      CompletionItem(
        label: $0, kind: .keyword, text: $0 == "if" ? "if(" : nil,
        snippet: $0 == "if" ? "if($1, $2, $3)" : nil, rank: 5)
    }
    items += ["and", "or"].map {
      CompletionItem(label: $0, kind: .keyword, rank: isOperand ? 0 : 5)
    }
    guard isOperand else { return items }
    return items
      + ["==", "!=", ">", ">=", "<", "<="].map {
        CompletionItem(label: $0, kind: .symbolOperator, rank: 6)
      }
  }
}
