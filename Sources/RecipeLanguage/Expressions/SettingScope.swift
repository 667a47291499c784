/// What the assertions of a recipe read: the finished recipe by path, `params.<name>`, and the least
/// and greatest value of a reward as `rewards.<name>.min` and `.max`.
struct SettingScope: Sendable {
  private let root: Record
  private let domains: RewardDomains

  init(_ root: Record, domains: RewardDomains) {
    self.root = root
    self.domains = domains
  }

  var scope: ExpressionScope { ExpressionScope(.check, meaning: meaning) }

  var environment: ExpressionEnvironment { ExpressionEnvironment(value) }

  /// The setting that a path names.
  func setting(_ path: String) -> Setting? {
    if case .found(let setting) = look(for: path) { return setting }
    return nil
  }

  private func value(_ path: String) -> ExpressionValue? {
    if let bound = bound(path) { return .number(bound) }
    return setting(path).flatMap { ExpressionValue($0.value) }
  }

  @Sendable private func meaning(_ path: String) -> ExpressionScope.Meaning {
    if let value = value(path) { return .value(.constant(value)) }
    switch look(for: path) {
    case .found(let setting):
      switch setting.value {
      case .none:
        return .unknown(message: "`\(path)` is `none`, which compares with nothing", help: nil)
      case .schedule:
        return .unknown(
          message: "`\(path)` changes over the stage, so it is not one number", help: nil)
      case .record(let record):
        let inner = record.keys.first.map { "read one of its keys, such as `\(path).\($0)`" }
        return .unknown(message: "`\(path)` is a record, not a value", help: inner)
      default:
        return .unknown(
          message: "`\(path)` is \(Self.phrase(setting.value)), which compares with nothing",
          help: nil)
      }
    case .missing(let owner, let key):
      let place = owner.path.isEmpty ? "the recipe" : "`\(owner.path)`"
      return .unknown(
        message: "\(place) has no `\(key)`", help: Suggestion.help(for: key, among: owner.keys))
    }
  }

  private static func phrase(_ value: SettingValue) -> String {
    switch value {
    case .list: "a list"
    case .expression: "an expression"
    case .path: "a path"
    default: "no single value"
    }
  }

  private enum Look {
    case found(Setting)
    /// Where the path leaves the recipe.
    case missing(Record, key: String)
  }

  private func look(for path: String) -> Look {
    var parts = path.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if parts.count == 2, parts[0] == "params" { parts.append("default") }
    var owner = root
    for (index, part) in parts.enumerated() {
      guard let setting = owner.setting(part) else { return .missing(owner, key: part) }
      if index == parts.count - 1 { return .found(setting) }
      guard case .record(let inner) = setting.value else {
        return .missing(owner, key: parts[index...].joined(separator: "."))
      }
      owner = inner
    }
    return .missing(root, key: path)
  }

  /// `rewards.correct.max`
  private func bound(_ path: String) -> Double? {
    let parts = path.split(separator: ".").map(String.init)
    guard parts.count == 3, parts[0] == "rewards", let range = domains[parts[1]]?.range else {
      return nil
    }
    switch parts[2] {
    case "min": return range.lowerBound
    case "max": return range.upperBound
    default: return nil
    }
  }
}
