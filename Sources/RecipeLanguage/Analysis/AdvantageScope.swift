/// Rewards that a stage sums and normalizes together: those of a process, or, under an algorithm that
/// gives each response one advantage, all that the stage names.
struct AdvantageScope {
  let stage: RecipeOutline.Stage
  /// Nil for the whole response.
  let process: String?
  let settings: Record
  let rewards: [RecipeOutline.Reward]

  /// For sentences: "`perception`", or "the whole response".
  var phrase: String { process.map { "`\($0)`" } ?? "the whole response" }

  var isCentred: Bool { settings.optionalString("center") != "none" }
  var isScaled: Bool { settings.optionalString("scale") != "none" }
  /// Whether the sum of the rewards is normalized, and not each for itself.
  var isSummedFirst: Bool { settings.optionalString("aggregate") != "normalize_then_sum" }
  /// Whether equal rewards all become advantages of 0.
  var flattensEqualRewards: Bool { isCentred || isScaled }
  var minimumCount: Int { settings.optionalInteger("minimum_count") ?? 2 }

  /// A label at a setting of the scope, where it is written.
  func label(_ key: String, _ text: String) -> Diagnostic.Label? {
    guard settings.setting(key)?.origin == .written else { return nil }
    return Diagnostic.Label(span: settings.span(of: key), text: text)
  }
}

extension RecipeOutline {
  /// The scopes of a stage; none where it does not compare responses.
  func scopes(of stage: Stage) -> [AdvantageScope] {
    guard stage.is(.policy) else { return [] }
    if stage.is(.processAware) {
      return normalization.map { settings in
        AdvantageScope(
          stage: stage, process: settings.name, settings: settings,
          rewards: rewards.filter { $0.credit == settings.name })
      }
    }
    guard let settings = stage.record.optionalRecord("normalization") else { return [] }
    let named = stage.record.optionalStrings("rewards")
    return [
      AdvantageScope(
        stage: stage, process: nil, settings: settings,
        rewards: rewards.filter { named?.contains($0.name) ?? true })
    ]
  }

  /// The scopes of all stages; settings that several stages share come once, with the first of them.
  var scopes: [AdvantageScope] {
    var seen: Set<String> = []
    return stages.flatMap { scopes(of: $0) }.filter { seen.insert($0.settings.path).inserted }
  }
}

/// `30%`, without decimals unless it would say 0% or 100%.
func percentage(_ share: Double) -> String {
  let whole = (share * 100).rounded()
  if (whole == 0 && share > 0) || (whole == 100 && share < 1) {
    return "\((share * 1000).rounded(whole == 0 ? .up : .down) / 10)%"
  }
  return "\(shortText(whole))%"
}

/// "`a`, `b` and `c`"
func listed(_ names: [String]) -> String {
  let quoted = names.map { "`\($0)`" }
  guard let last = quoted.last, quoted.count > 1 else { return quoted.first ?? "" }
  return quoted.dropLast().joined(separator: ", ") + " and " + last
}
