/// Everything there is to say about one setting: what it is, what it means, where it comes from, who
/// uses it, and what it can change.
public struct SettingExplanation: Sendable {
  public let path: String
  /// As a recipe would write it; nil when it is not set, or in error.
  public let value: String?
  public let type: String
  /// What the key means; nil for entries that the recipe names itself.
  public let summary: String?
  /// What it is where nobody writes it; nil when it must be written or may be absent.
  public let `default`: String?
  /// What set it, then what that replaced, the latest first, each with its value.
  public let origins: [(text: String, value: String)]
  /// Settings that use the entry it belongs to: `stages.rl.init`.
  public let uses: [String]
  public let effect: Effect

  /// Why a path leads nowhere.
  public struct Problem: Error, CustomStringConvertible {
    public let message: String
    public let help: String?

    public var description: String { help.map { "\(message)\n  help: \($0)" } ?? message }
  }

  /// Works on broken recipes too, as far as they are right.
  public init(
    _ path: String, in result: CheckResult, vocabulary: Vocabulary
  ) throws(Problem) {
    guard let root = result.root else {
      throw Problem(message: "the recipe cannot be read", help: "see `sousvide check`")
    }
    let found: SettingLookup
    do {
      found = try SettingLookup.find(path, in: root, vocabulary)
    } catch {
      throw Problem(message: error.message, help: error.help)
    }
    self.path = path
    let setting = found.setting
    value = setting.map { $0.provenance.reference ?? $0.value.recipeText }
    type = found.type.phrase
    summary = found.field?.summary
    if case .defaulted(let text)? = found.field?.presence {
      let owner = path.split(separator: ".").dropLast().last.map(String.init) ?? ""
      self.default = text.replacing("${name}", with: owner)
    } else {
      self.default = nil
    }
    var origins: [(text: String, value: String)] = []
    if let setting {
      origins.append((result.origin(of: setting), setting.value.recipeText))
      origins += setting.provenance.replaced.map { (result.origin(of: $0.span), $0.text) }
    }
    self.origins = origins
    uses = Self.uses(of: path, in: result)
    effect = found.effect
  }

  /// The uses of the innermost named entry that the path leads into.
  private static func uses(of path: String, in result: CheckResult) -> [String] {
    let parts = path.split(separator: ".").map(String.init)
    guard parts.count > 1, let section = Section(rawValue: parts[0]) else { return [] }
    var seen: Set<String> = []
    return result.references
      .filter { $0.section == section && $0.name == parts[1] && seen.insert($0.path).inserted }
      .map(\.path)
  }

  /// For a terminal.
  public var text: String {
    var lines = [value.map { "\(path) = \($0)" } ?? "\(path) is not set", ""]
    func add(_ title: String, _ text: String) {
      lines.append("  " + title.padding(to: 11) + text)
    }
    add("type", type)
    if let summary { add("meaning", summary) }
    for (index, origin) in origins.enumerated() {
      if index == 0 {
        add("set by", origin.text)
      } else {
        add("overrides", "\(origin.value)   \(origin.text)")
      }
    }
    if let text = self.default { add("default", text) }
    let entry = path.split(separator: ".").prefix(2).joined(separator: ".")
    let through = entry == path ? "" : ", through \(entry)"
    for (index, use) in uses.enumerated() { add(index == 0 ? "used by" : "", use + through) }
    add("affects", effect.phrase)
    return lines.joined(separator: "\n") + "\n"
  }
}

extension Effect {
  /// For sentences.
  var phrase: String {
    switch self {
    case .result: "the result: weights, and what is measured on them"
    case .numerics: "the last bits of the result"
    case .performance: "speed and memory only"
    case .display: "what people read, and no result"
    }
  }
}

extension String {
  fileprivate func padding(to width: Int) -> String {
    self + String(repeating: " ", count: max(1, width - count))
  }
}
