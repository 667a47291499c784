/// Records, maps and lists.
extension Decoder {
  /// - Parameters:
  ///   - what: the record in sentences, "`rewards.correct`".
  ///   - isClosed: false where the kind is unknown, so that further keys can't be judged.
  mutating func record(
    _ node: Node, _ fields: [FieldSchema], path: String, what: String, isClosed: Bool = true
  ) -> Record {
    var record = Record(path: path, span: node.span)
    let place = keySpan ?? .beginning(of: node.span.path)
    let entries = node.entries ?? []
    let written = Set(entries.map(\.key))
    var misspelt: [String] = []
    for entry in entries where !entry.key.hasPrefix("x-") {
      let keyPath = join(path, entry.key)
      guard let field = fields.first(where: { $0.name == entry.key }) else {
        if isClosed,
          let near = unknownKey(entry, fields, besides: entries, what: what, path: keyPath)
        {
          misspelt.append(near)
        }
        continue
      }
      insert(entry, into: &record, field, as: field.type, at: keyPath)
    }
    let presets = fields.reduce(into: [String: String]()) { presets, field in
      guard !field.presets.isEmpty, let choice = record.optionalString(field.name) else { return }
      presets.merge(field.presets[choice] ?? [:]) { $1 }
    }
    for field in fields where !written.contains(field.name) {
      if let preset = presets[field.name] {
        fill(&record, field, with: preset)
        continue
      }
      switch field.presence {
      case .optional: break
      case .required where misspelt.contains(field.name): break
      case .required where damage.excuses(missing: field.name, in: path): break
      case .required:
        report(
          .missingKey, "\(what) needs the key `\(field.name)`: \(field.summary)",
          at: place, help: "it takes \(field.type.phrase)",
          path: join(path, field.name))
      case .defaulted(let text): fill(&record, field, with: text)
      }
    }
    return record
  }

  mutating func kind(
    _ node: Node, _ discriminator: String, _ common: [FieldSchema], _ kinds: [KindSchema],
    at path: String
  ) -> SettingValue? {
    let before = diagnostics.count
    let names = kinds.map(\.name)
    let tag = FieldSchema.required(discriminator, .choice(names), "what it is")
    let misspelt = misspeltTag(node, discriminator, common, kinds)
    let written = (node[discriminator] ?? misspelt?.value)?.scalar?.text
    let kind = kinds.first { $0.name == written }
    let what = kind.map { "`\(path)` (\(discriminator) `\($0.name)`)" } ?? "`\(path)`"
    var fields = [tag] + common + (kind?.fields ?? [])
    if kind == nil, let entry = node.entry(discriminator) {
      fields.removeFirst()
      unknownKind(entry, discriminator, names, at: path)
    }
    if kind == nil, let misspelt {
      fields.removeFirst()
      _ = unknownKey(
        misspelt, [tag], besides: node.entries ?? [], what: what, path: join(path, misspelt.key))
    }
    let record = record(
      node, fields, path: path, what: what, isClosed: kind != nil)
    if let kind { note(kind, record) }
    if let kind, kind.check != nil, diagnostics.count == before { checkLater(record, kind) }
    return .record(record)
  }

  /// What was probably meant to say which kind a record has, when nothing does.
  private func misspeltTag(
    _ node: Node, _ discriminator: String, _ common: [FieldSchema], _ kinds: [KindSchema]
  ) -> Node.Entry? {
    guard let entries = node.entries, node.entry(discriminator) == nil else { return nil }
    let known = [discriminator] + (common + kinds.flatMap(\.fields)).map(\.name)
    return entries.first { entry in
      !entry.key.hasPrefix("x-") && !known.contains(entry.key)
        && Suggestion.closest(to: entry.key, among: known) == discriminator
    }
  }

  private mutating func unknownKind(
    _ entry: Node.Entry, _ discriminator: String, _ names: [String], at path: String
  ) {
    let keyPath = join(path, discriminator)
    guard let text = entry.value.scalar?.text, !text.isEmpty else {
      if case .rejected = entry.value.content { return }
      wrongType(entry.value, .choice(names), at: keyPath)
      return
    }
    report(
      .unknownKind, "there is no \(discriminator) `\(Self.shortened(text))`", at: entry.value.span,
      help: Suggestion.help(for: text, among: names),
      fixes: respell(entry.value, among: names), path: keyPath)
  }

  mutating func map(
    _ entries: [Node.Entry], _ node: Node, of element: ValueType, at path: String
  ) -> Record {
    var record = Record(path: path, span: node.span)
    for entry in entries where !entry.key.hasPrefix("x-") {
      let keyPath = join(path, entry.key)
      guard name(entry.key, at: entry.keySpan, path: keyPath) != nil else { continue }
      insert(entry, into: &record, nil, as: element, at: keyPath)
    }
    return record
  }

  mutating func processMap(
    _ entries: [Node.Entry], _ node: Node, _ element: ValueType, at path: String
  ) -> Record {
    var record = Record(path: path, span: node.span)
    for entry in entries where !entry.key.hasPrefix("x-") {
      let keyPath = join(path, entry.key)
      guard names.contains(entry.key, in: .processes) else {
        report(
          names.undeclared(entry.key, in: .processes, at: entry.keySpan, path: keyPath))
        continue
      }
      use(entry.key, in: .processes, at: entry.keySpan, path: keyPath)
      insert(entry, into: &record, nil, as: element, at: keyPath)
    }
    return record
  }

  mutating func list(
    _ items: [Node], _ node: Node, of item: ValueType, count: ClosedRange<Int>, at path: String
  ) -> SettingValue? {
    guard count.contains(items.count) else {
      if damage.emptied(path) { return nil }
      let wanted =
        count.lowerBound == count.upperBound
        ? "\(count.lowerBound)" : "\(count.lowerBound) to \(count.upperBound)"
      report(
        .wrongCount, "`\(path)` needs \(wanted) items, found \(items.count)", at: node.span,
        path: path)
      return nil
    }
    var settings: [Setting] = []
    var seen: [String: SourceSpan] = [:]
    for (index, node) in items.enumerated() {
      let itemPath = "\(path)[\(index)]"
      let place = begin(itemPath, node, keySpan: node.span, field: nil, type: item)
      guard let value = decode(node, as: item, at: itemPath) else { continue }
      if item.isName, let name = value.string,
        let first = seen.updateValue(node.span, forKey: name)
      {
        report(
          Diagnostic(
            .repeatedItem, "`\(name)` is listed twice", at: node.span,
            label: "again here", secondary: [.init(span: first, text: "first here")],
            help: "remove one of the two", fixes: removal(of: node, after: settings.last),
            path: path))
        continue
      }
      let setting = Setting(
        value: value, span: node.span, keySpan: node.span, origin: origin,
        provenance: node.provenance)
      complete(place, with: setting)
      settings.append(setting)
    }
    return settings.count == items.count ? .list(settings) : nil
  }

  private mutating func insert(
    _ entry: Node.Entry, into record: inout Record, _ field: FieldSchema?, as type: ValueType,
    at path: String
  ) {
    let outer = keySpan
    keySpan = entry.keySpan
    defer { keySpan = outer }
    let place = begin(path, entry.value, keySpan: entry.keySpan, field: field, type: type)
    guard let value = decode(entry.value, as: type, at: path) else { return }
    var provenance = entry.value.provenance
    if case .schedule = value, let text = entry.value.scalar?.text, text.hasPrefix("schedules.") {
      provenance.reference = text
    }
    let setting = Setting(
      value: value, span: entry.value.span, keySpan: entry.keySpan, origin: origin,
      effect: field?.effect ?? .result, provenance: provenance)
    complete(place, with: setting)
    record.insert(setting, for: entry.key)
  }

  private mutating func fill(_ record: inout Record, _ field: FieldSchema, with text: String) {
    let path = join(record.path, field.name)
    let expanded = text.replacing("${name}", with: record.name)
    let node = DefaultText.node(expanded, at: record.span)
    let written = origin
    let before = diagnostics.count
    origin = .default
    let value = node.flatMap { decode($0, as: field.type, at: path) }
    origin = written
    guard let value else {
      // A default that reads a name can fail in a recipe; anything else is the schema's mistake.
      if diagnostics.count == before {
        report(
          .schemaDefault, "the default `\(text)` of `\(path)` does not fit its type",
          at: record.span, path: path)
      }
      return
    }
    let setting = Setting(
      value: value, span: record.span, keySpan: record.span, origin: .default,
      effect: field.effect)
    record.insert(setting, for: field.name)
  }

  /// - Returns: the key that was probably meant.
  private mutating func unknownKey(
    _ entry: Node.Entry, _ fields: [FieldSchema], besides entries: [Node.Entry], what: String,
    path: String
  ) -> String? {
    let known = fields.map(\.name)
    let near = Suggestion.closest(to: entry.key, among: known)
    var help = near.map { "did you mean `\($0)`?" }
    if help == nil, let home = fields.first(where: { $0.type.holds(entry.key) }) {
      help = "`\(entry.key)` belongs in `\(home.name)`"
    }
    if help == nil, case .scalar(let scalar) = entry.value.content, scalar.text.isEmpty {
      help = "inside { } text that holds `,` needs quotes"
    }
    report(
      .unknownKey, "\(what) has no key `\(Self.shortened(entry.key))`", at: entry.keySpan,
      help: help ?? Suggestion.help(for: entry.key, among: known),
      fixes: near.map { near in
        guard !entries.contains(where: { $0.key == near }) else { return [] }
        let isSafe = Suggestion.isCertain(entry.key, meaning: near, among: known)
        return [.replace(entry.keySpan, with: near, isSafe: isSafe)]
      } ?? [], path: path)
    return near
  }

  private func join(_ path: String, _ key: String) -> String {
    path.isEmpty ? key : "\(path).\(key)"
  }
}

/// Defaults are recipe text.
enum DefaultText {
  static func node(_ text: String, at span: SourceSpan) -> Node? {
    guard let first = text.utf8.first, "[{\"'".utf8.contains(first) else {
      return Node(content: .scalar(.init(text: text, style: .plain)), span: span)
    }
    let file = SourceFile(path: "default", text: text)
    return TreeReader.read(file).root?.relocated(to: span)
  }
}

extension ValueType {
  fileprivate var isName: Bool {
    switch self {
    case .reference, .choice, .identifier, .items, .textSource: true
    default: false
    }
  }

  /// Whether a record of this type has the key.
  fileprivate func holds(_ key: String) -> Bool {
    switch self {
    case .record(let fields): fields.contains { $0.name == key }
    case .optional(let inner): inner.holds(key)
    default: false
    }
  }
}
