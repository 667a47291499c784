extension DiagnosticCode {
  static let prunedTooEarly = DiagnosticCode(
    6009, "pruned-too-early", "Cells are compared before they differ.",
    Explanation(
      why: """
        Where a sweep changes nothing but a schedule, its cells are the same run until the schedules \
        part. What is pruned before that is pruned by chance.
        """,
      example: Self.late(after: 10), nearMiss: Self.late(after: 60)))

  private static func late(after: Int) -> RecipeExample {
    .swept(
      params: "{late: {type: number, default: 5.0e-5}}",
      axes: "{late: {values: [5.0e-5, 1.0e-5]}}", controls: "{published: {late: 5.0e-5}}",
      settings: ["prune: {rule: median, after: \(after) step, every: 10 step}"],
      rate: "{linear: {from: 5.0e-4, to: \"${params.late}\", warmup: 50 step}}",
      length: "8..32 tok")
  }
}

extension RecipeCheck {
  static let prunedTooEarly = RecipeCheck(.prunedTooEarly, reads: []) { input in
    guard let plan = input.sweep,
      let prune = input.root.optionalRecord("sweep")?.optionalRecord("prune"),
      let after = prune.optionalInteger("after"),
      let start = SweptSchedules.firstDifference(plan.recipes.map(\.root)), after <= start
    else { return [] }
    return [
      Diagnostic(
        .prunedTooEarly, severity: .warning,
        "cells are first compared after \(after) steps, but all of them are the same run until step "
          + "\(start)",
        at: prune.span(of: "after"), help: "compare after more than \(start) steps",
        path: "sweep.prune.after")
    ]
  }
}

/// Recipes that differ in nothing but schedules.
enum SweptSchedules {
  /// Steps before the first one at which the schedules differ; nil where the recipes differ in
  /// anything else.
  static func firstDifference(_ recipes: [Record]) -> Int? {
    guard let first = recipes.first, recipes.count > 1 else { return nil }
    let base = settings(first)
    let names = Set(base.map(\.path))
    var start: Int?
    for recipe in recipes.dropFirst() {
      let others = settings(recipe)
      guard others.count == base.count, Set(others.map(\.path)) == names else { return nil }
      let values = Dictionary(others.map { ($0.path, $0.value) }, uniquingKeysWith: { a, _ in a })
      for (path, value) in base {
        guard let other = values[path], other != value else { continue }
        guard case .schedule(let a) = value, case .schedule(let b) = other else { return nil }
        let total = steps(path, first)
        let step = (0..<total).first {
          a.value(step: $0, of: total) != b.value(step: $0, of: total)
        }
        start = min(start ?? .max, step ?? total)
      }
    }
    return start
  }

  /// All that is no record, by path. Declared schedules are read where they are used.
  private static func settings(_ root: Record) -> [(path: String, value: SettingValue)] {
    let skipped: Set = ["params", "sweep", "about", "checks", "lint", "schedules"]
    func visit(_ record: Record) -> [(path: String, value: SettingValue)] {
      record.keys.flatMap { key -> [(path: String, value: SettingValue)] in
        guard !(record.path.isEmpty && skipped.contains(key)), let setting = record.setting(key)
        else { return [] }
        if case .record(let inner) = setting.value { return visit(inner) }
        return [(record.path.isEmpty ? key : "\(record.path).\(key)", setting.value.withoutPlaces)]
      }
    }
    return visit(root)
  }

  /// Of the stage that the path is in, or of the longest.
  private static func steps(_ path: String, _ root: Record) -> Int {
    let stages = root.optionalRecord("stages")?.records ?? []
    let own = stages.first { path.hasPrefix("\($0.path).") }
    return (own.map { [$0] } ?? stages).compactMap { $0.optionalInteger("steps") }.max() ?? 1
  }
}

extension SettingValue {
  /// Equal for equal settings, wherever they are written.
  fileprivate var withoutPlaces: SettingValue {
    if case .schedule = self { return self }
    return .string(canonicalText)
  }
}
