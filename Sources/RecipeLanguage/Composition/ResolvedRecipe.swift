/// A recipe written out in full: every default, nothing inherited, no params. It is a recipe itself, and
/// checks to an equal one.
public struct ResolvedRecipe {
  private let root: Record
  private let fields: [FieldSchema]
  /// The file it is written for; paths in it are relative to its folder.
  private let target: String?
  /// What to remark on a line about where its value comes from.
  private let remark: (Setting) -> String?

  /// - Parameters:
  ///   - target: the file it will be stored as; by default it stands beside the recipe.
  ///   - result: what checking found, to add where every value comes from.
  public init(
    _ recipe: CheckedRecipe, vocabulary: Vocabulary, target: String? = nil,
    provenance result: CheckResult? = nil
  ) {
    root = recipe.root
    fields = RecipeSchema.fields(vocabulary)
    self.target = target
    remark = { setting in result.map { $0.origin(of: setting) } }
  }

  /// As YAML, one key per line.
  public var yaml: String {
    var text = ""
    for field in fields where !Self.composed.contains(field.name) {
      guard let setting = root.setting(field.name) else { continue }
      write(field.name, setting, as: field.type, indent: "", to: &text)
    }
    return text
  }

  /// As JSON, which is a recipe too.
  public var json: String {
    guard let node = TreeReader.read(SourceFile(path: "resolved", text: yaml)).root else {
      return "{}\n"
    }
    var text = ""
    Self.writeJSON(node, indent: "", to: &text)
    return text + "\n"
  }

  /// Keys that are used up: what they bring stands in its place.
  private static let composed: Set = ["extends", "params", "sweep"]

  private func write(
    _ key: String, _ setting: Setting, as type: ValueType, indent: String, to text: inout String
  ) {
    if case .record(let record) = setting.value {
      let entries = entries(of: record, type)
      guard !entries.isEmpty else {
        text += "\(indent)\(RecipeText.string(key)): {}\n"
        return
      }
      text += "\(indent)\(RecipeText.string(key)):\n"
      for (name, inner, type) in entries {
        write(name, inner, as: type, indent: indent + "  ", to: &text)
      }
      return
    }
    let line = "\(indent)\(RecipeText.string(key)): \(spelled(setting))"
    let origin = remark(setting).map { "  # \($0.replacing("\n", with: " "))" } ?? ""
    text += "\(line)\(origin)\n"
  }

  /// In the order of the schema; named entries as they are written.
  private func entries(
    of record: Record, _ type: ValueType
  ) -> [(name: String, setting: Setting, type: ValueType)] {
    switch type {
    case .optional(let inner): return entries(of: record, inner)
    case .record(let fields): return entries(of: record, fields)
    case .kind(let discriminator, let common, let kinds):
      let kind = kinds.first { $0.name == record.optionalString(discriminator) }
      let tag = FieldSchema.required(discriminator, .choice(kinds.map(\.name)), "what it is")
      return entries(of: record, [tag] + common + (kind?.fields ?? []))
    case .map(let element), .processMap(let element):
      return record.keys.compactMap { key in
        guard let setting = record.setting(key), !Self.readsParams(setting) else { return nil }
        return (key, setting, element)
      }
    default: return []
    }
  }

  /// A check of the recipe's params, which holds and has nothing to read any more.
  private static func readsParams(_ setting: Setting) -> Bool {
    guard case .record(let record) = setting.value else { return false }
    let names = record.optionalExpression("assert")?.names ?? []
    return names.contains { $0.hasPrefix("params.") }
  }

  private func entries(
    of record: Record, _ fields: [FieldSchema]
  ) -> [(name: String, setting: Setting, type: ValueType)] {
    fields.compactMap { field in
      record.setting(field.name).map { (field.name, $0, field.type) }
    }
  }

  private func spelled(_ setting: Setting) -> String {
    if let reference = setting.provenance.reference { return reference }
    switch setting.value {
    case .path(.file(_, let resolved)):
      guard let target else { return setting.value.recipeText }
      return RecipeText.string(Paths.relative(resolved, besides: target))
    case .list(let items): return "[" + items.map(spelled).joined(separator: ", ") + "]"
    default: return setting.value.recipeText
    }
  }

  private static func writeJSON(_ node: Node, indent: String, to text: inout String) {
    let inner = indent + "  "
    switch node.content {
    case .rejected: text += "null"
    case .scalar(let scalar):
      let isRaw =
        switch (scalar.style, PlainScalar(scalar.text)) {
        case (.plain, .number), (.plain, .boolean): true
        default: false
        }
      text += isRaw ? scalar.text : RecipeText.json(scalar.text)
    case .sequence(let items):
      text += "["
      for (index, item) in items.enumerated() {
        if index > 0 { text += ", " }
        writeJSON(item, indent: inner, to: &text)
      }
      text += "]"
    case .mapping(let entries):
      text += entries.isEmpty ? "{" : "{\n"
      for (index, entry) in entries.enumerated() {
        text += "\(inner)\(RecipeText.json(entry.key)): "
        writeJSON(entry.value, indent: inner, to: &text)
        text += index + 1 < entries.count ? ",\n" : "\n\(indent)"
      }
      text += "}"
    }
  }
}
