/// A setting that results depend on.
public struct ResultSetting: Sendable, Equatable {
  /// `rewards.correct.of`
  public let path: String
  /// Equal settings have equal texts.
  public let text: String
}

extension CheckedRecipe {
  /// All settings that a run's results depend on, defaults included, in the order of their paths: what is left of a
  /// recipe when nobody reads it and nothing is fast.
  public var resultSettings: [ResultSetting] {
    var found: [ResultSetting] = []
    collect(root, into: &found)
    // Responses have their segments in this order.
    found.append(
      ResultSetting(path: "segments", text: segments.map(\.name).joined(separator: ", ")))
    return found.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
  }

  /// What has gone into the rest, and what only says how the recipe is checked.
  private static let composed: Set = ["extends", "params", "sweep", "checks", "lint", "secrets"]

  private func collect(_ record: Record, into found: inout [ResultSetting]) {
    for key in record.keys {
      guard let setting = record.setting(key), setting.effect.changesResults,
        !record.path.isEmpty || !Self.composed.contains(key)
      else { continue }
      if case .record(let inner) = setting.value {
        collect(inner, into: &found)
      } else {
        let path = record.path.isEmpty ? key : "\(record.path).\(key)"
        found.append(ResultSetting(path: path, text: setting.value.canonicalText))
      }
    }
  }

  /// The setting at a path such as `rewards.correct.of`; nil where there is none.
  public func setting(at path: String) -> Setting? { settings(along: path).exact }

  /// Where the setting at a path is written, or what is written that is nearest to it.
  public func span(ofPath path: String) -> SourceSpan {
    settings(along: path).found.last { $0.origin == .written }?.keySpan ?? root.span
  }

  /// The settings on the way to a path, and the one at its end.
  private func settings(along path: String) -> (found: [Setting], exact: Setting?) {
    var found: [Setting] = []
    var record: Record? = root
    for key in path.split(separator: ".").map(String.init) {
      guard let setting = record?.setting(key) else { return (found, nil) }
      found.append(setting)
      if case .record(let inner) = setting.value { record = inner } else { record = nil }
    }
    return (found, found.last)
  }
}

extension Effect {
  /// Whether a run can end differently.
  var changesResults: Bool { self == .result || self == .numerics }
}
