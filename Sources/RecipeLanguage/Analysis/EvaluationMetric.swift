/// What a choice goes by, taken apart: `{maximize: eval.validation.accuracy}`.
struct EvaluationMetric {
  let text: String
  /// `maximize` or `minimize`.
  let key: String
  let span: SourceSpan
  let evaluation: String
  let metric: String

  /// What every evaluation measures.
  static let plain = [
    "accuracy", "exact", "sufficiency", "lucky", "format", "mismatch",
  ]

  /// The keys of a record that says what a choice goes by.
  static let keys = ["maximize", "minimize"]

  /// Those keys, for a schema.
  static let fields: [FieldSchema] = [
    .optional("maximize", .string, "a metric, as `eval.validation.accuracy`"),
    .optional("minimize", .string, "a metric, as `eval.validation.mismatch`"),
  ]

  /// The objective of the recipe's sweep; nil where it has none of the right form.
  init?(sweepOf root: Record) {
    guard let objective = root.optionalRecord("sweep")?.optionalRecord("objective") else {
      return nil
    }
    self.init(objective)
  }

  /// - Parameter objective: a record with one of `keys`; nil where it is not of the right form.
  init?(_ objective: Record) {
    guard let key = Self.keys.first(where: objective.has),
      let text = objective.optionalString(key)
    else { return nil }
    let parts = text.split(separator: ".", maxSplits: 2, omittingEmptySubsequences: false)
    guard parts.count == 3, parts[0] == "eval" else { return nil }
    self.text = text
    self.key = key
    span = objective.span(of: key)
    evaluation = String(parts[1])
    metric = String(parts[2])
  }

  /// The rewards it is computed from.
  func rewards(_ outline: RecipeOutline) -> [String] {
    let primary =
      outline.rewards.first(where: \.isPrimary) ?? outline.rewards.first { $0.isCorrectness }
    let judged = outline.rewards.first { $0.record.optionalString("judge") != nil }
    switch metric {
    case "accuracy", "exact": return [primary?.name].compactMap { $0 }
    case "sufficiency": return [judged?.name].compactMap { $0 }
    case "lucky": return [primary?.name, judged?.name].compactMap { $0 }
    default: return rewardName.map { [$0] } ?? []
    }
  }

  /// As evaluations record it: `reward/correct` of `reward.correct`.
  var recorded: String {
    for prefix in ["reward.", "length."] where metric.hasPrefix(prefix) {
      return prefix.dropLast() + "/" + metric.dropFirst(prefix.count)
    }
    return metric
  }

  /// `correct` of `reward.correct`.
  var rewardName: String? {
    metric.hasPrefix("reward.") ? String(metric.dropFirst("reward.".count)) : nil
  }

  /// Why no evaluation yields it; nil where one does.
  func absence(_ outline: RecipeOutline) -> (reason: String, help: String?)? {
    let evaluations = outline.evaluations.map(\.name)
    guard evaluations.contains(evaluation) else {
      return (
        "there is no evaluation `\(evaluation)`",
        Suggestion.help(for: evaluation, among: evaluations)
      )
    }
    if let name = rewardName {
      let names = outline.rewards.map(\.name)
      return names.contains(name)
        ? nil : ("there is no reward `\(name)`", Suggestion.help(for: name, among: names))
    }
    if metric.hasPrefix("length.") {
      let name = String(metric.dropFirst("length.".count))
      let names = ["response"] + outline.segments.map(\.name)
      return names.contains(name)
        ? nil : ("there is no segment `\(name)`", Suggestion.help(for: name, among: names))
    }
    guard Self.plain.contains(metric) else {
      return (
        "evaluations do not measure `\(metric)`",
        Suggestion.help(
          for: metric, among: Self.plain + ["reward.<name>", "length.<segment>"])
      )
    }
    let needsReward = ["accuracy", "exact", "sufficiency", "lucky"].contains(metric)
    guard needsReward, rewards(outline).isEmpty else { return nil }
    return metric == "sufficiency"
      ? ("no reward asks a judge", "use another metric, or add a reward of kind `judge`")
      : ("no reward is `primary`", "mark the reward that counts as right with `primary: true`")
  }
}

extension EvaluationMetric {
  /// What is wrong with the form of a choice; nil where `init(_:)` can read it.
  ///
  /// - Parameter what: what has it: "the sweep".
  static func malformation(
    of objective: Record, of what: String
  ) -> (message: String, span: SourceSpan, help: String)? {
    let written = keys.filter(objective.has)
    guard written.count == 1 else {
      return (
        written.isEmpty
          ? "\(what) has no objective" : "\(what) cannot both maximize and minimize",
        objective.span, "write `{maximize: eval.<evaluation>.accuracy}`"
      )
    }
    guard EvaluationMetric(objective) == nil else { return nil }
    return (
      "an objective names what an evaluation measures", objective.span(of: written[0]),
      "write it as `eval.<evaluation>.<metric>`, such as `eval.held_out.accuracy`"
    )
  }
}
