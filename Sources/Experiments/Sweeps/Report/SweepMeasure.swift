/// Something besides the objective that cells differ in: the mean over their finished runs.
struct SweepMeasure: Sendable {
  enum Unit: Sendable { case share, tokens, seconds }

  var title: String
  var explanation: String
  var unit: Unit
  /// By the name of the cell.
  var values: [String: Double]
  /// Whether it stands in the table of cells.
  var isMain = false

  /// Those that any cell has: lengths, truncation, groups with a signal, and cost.
  static func all(_ results: SweepResults) -> [SweepMeasure] {
    func values(_ of: (SweepResults.Cell) -> Double?) -> [String: Double] {
      results.cells.reduce(into: [:]) { $0[$1.name] = of($1) }
    }
    func training(_ key: String) -> [String: Double] { values { $0.training[key]?.mean } }
    func names(_ prefix: String) -> [String] {
      Set(results.cells.flatMap(\.training.keys)).filter { $0.hasPrefix(prefix) }
        .map { String($0.dropFirst(prefix.count)) }.sorted()
    }
    let tail = "over the last quarter of the steps"
    let lengths = names("length/")
    let segments = lengths.filter { $0 == "response" } + lengths.filter { $0 != "response" }
    var measures = segments.map { segment in
      SweepMeasure(
        title: "Length of \(Format.words(segment))", explanation: "mean tokens, \(tail)",
        unit: .tokens, values: training("length/\(segment)"), isMain: segment == "response")
    }
    measures.append(
      SweepMeasure(
        title: "Truncated", explanation: "share of sampled responses that were cut, \(tail)",
        unit: .share, values: training("truncated"), isMain: true))
    measures.append(
      SweepMeasure(
        title: "Informative groups",
        explanation: "share of groups whose responses some process tells apart, \(tail)",
        unit: .share, values: training("informative_groups"), isMain: true))
    measures += names("zero_variance_reward/").map { reward in
      SweepMeasure(
        title: "Groups in which \(Format.words(reward)) varies",
        explanation: "share of groups that this reward tells apart, \(tail)", unit: .share,
        values: training("zero_variance_reward/\(reward)").mapValues { 1 - $0 })
    }
    measures.append(
      SweepMeasure(
        title: "Generated tokens", explanation: "by the policy, in all stages and evaluations",
        unit: .tokens,
        values: values { $0.generatedTokens.flatMap { $0.mean > 0 ? $0.mean : nil } },
        isMain: true))
    measures.append(
      SweepMeasure(
        title: "Time", explanation: "of the stage \(results.objective.stage)", unit: .seconds,
        values: values { cell in
          SeedEstimate(
            cell.trials.filter { $0.status == .finished }.compactMap(\.stageSeconds))?.mean
        }, isMain: true))
    return measures.filter { !$0.values.isEmpty }
  }

  func spell(_ value: Double) -> String {
    switch unit {
    case .share: return Format.percent(value, decimals: 0)
    case .seconds: return Format.duration(value)
    case .tokens:
      if value >= 1e6 { return Format.number(value / 1e6, decimals: 1) + "M" }
      if value >= 1e4 { return Format.number(value / 1e3, decimals: 0) + "k" }
      return Format.number(value, decimals: value < 100 ? 1 : 0)
    }
  }
}
