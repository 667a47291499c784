extension EvaluationRecord {
  /// The numbers of an evaluation, from its items alone: those of the table in total, the main ones by
  /// family too, and means of rewards and lengths of the greedy responses.
  static func values(_ items: [EvaluatedItem]) -> [String: Double] {
    guard let table = EvaluationTable(items), let total = table.total else { return [:] }
    var values = total.metrics.mapValues(\.value)
    values["observation_only"] = total.observationOnly?.second.value
    for row in table.rows where row.column == .family && !row.name.isEmpty {
      for metric in ["accuracy", "exact", "sufficiency", "lucky"] {
        values["\(metric)/\(row.name)"] = row.metrics[metric]?.value
      }
    }
    var means = Means()
    for item in items where item.isGreedy {
      for (name, value) in item.values where name.hasPrefix("reward/") { means.add(name, value) }
      means.add("length/response", Double(item.tokens))
      for (name, segment) in item.segments {
        if let tokens = segment.tokens { means.add("length/\(name)", Double(tokens)) }
      }
    }
    return values.merging(means.values) { $1 }
  }
}
