/// What a path of a recipe leads to.
struct SettingLookup {
  /// Nil for entries that the recipe names itself, and for items of lists.
  var field: FieldSchema?
  var type: ValueType
  /// Nil where nothing is written and there is no default, or the value is in error.
  var setting: Setting?
  /// What it can change about a run: a part of what only people read is read by people only.
  var effect: Effect

  /// Why a path leads nowhere.
  struct Problem: Error, Equatable {
    var message: String
    var help: String?
  }

  static func find(
    _ path: String, in root: Record, _ vocabulary: Vocabulary
  ) throws(Problem) -> SettingLookup {
    var here = SettingLookup(
      field: nil, type: .record(RecipeSchema.fields(vocabulary)),
      setting: Setting(
        value: .record(root), span: root.span, keySpan: root.span, origin: .written),
      effect: .result)
    var walked = ""
    for part in path.split(separator: ".", omittingEmptySubsequences: false) {
      let name = String(part.prefix { $0 != "[" })
      here = try here.inner(name, at: walked)
      walked = walked.isEmpty ? name : "\(walked).\(name)"
      for index in part.dropFirst(name.count).split(separator: "[") {
        here = try here.item(String(index), at: walked)
        walked += "[\(index)"
      }
    }
    return here
  }

  private func inner(_ name: String, at path: String) throws(Problem) -> SettingLookup {
    var record: Record?
    if case .record(let value)? = setting?.value { record = value }
    let fields: [FieldSchema]
    switch type {
    case .optional(let wrapped):
      return try SettingLookup(field: field, type: wrapped, setting: setting, effect: effect)
        .inner(name, at: path)
    case .record(let declared): fields = declared
    case .kind(let discriminator, let common, let kinds):
      let tag = FieldSchema.required(discriminator, .choice(kinds.map(\.name)), "what it is")
      let kind = kinds.first { $0.name == record?.optionalString(discriminator) }
      fields = [tag] + common + (kind?.fields ?? [])
    case .map(let element), .processMap(let element):
      guard let setting = record?.setting(name) else {
        throw Problem(
          message: "`\(path)` has no entry `\(name)`",
          help: Suggestion.help(for: name, among: record?.keys ?? []))
      }
      return SettingLookup(field: nil, type: element, setting: setting, effect: effect)
    default:
      throw Problem(
        message: "`\(path)` is \(type.phrase) and has no key `\(name)`",
        help: "explain `\(path)`")
    }
    guard let field = fields.first(where: { $0.name == name }) else {
      throw Problem(
        message: "\(path.isEmpty ? "a recipe" : "`\(path)`") has no key `\(name)`",
        help: Suggestion.help(for: name, among: fields.map(\.name)))
    }
    return SettingLookup(
      field: field, type: field.type, setting: record?.setting(name),
      effect: effect == .result ? field.effect : effect)
  }

  /// - Parameter text: an index and its bracket, `0]`.
  private func item(_ text: String, at path: String) throws(Problem) -> SettingLookup {
    guard case .list(let element, _) = type, case .list(let items)? = setting?.value else {
      throw Problem(message: "`\(path)` is not a list", help: "explain `\(path)`")
    }
    guard text.hasSuffix("]"), let index = Int(text.dropLast()), let item = items[safe: index]
    else {
      throw Problem(
        message: "`\(path)` has no item `[\(text)`",
        help: items.isEmpty ? "it is empty" : "items count from 0 to \(items.count - 1)")
    }
    return SettingLookup(field: nil, type: element, setting: item, effect: effect)
  }
}
