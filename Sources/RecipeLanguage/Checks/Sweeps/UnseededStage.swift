extension DiagnosticCode {
  static let unseededStage = DiagnosticCode(
    6015, "unseeded-stage", "A sweep gives another seed to a stage that has none of its own.",
    Explanation(
      why: """
        The runs of a cell differ in the `seed` of the stages under `reseed`. A stage without that key \
        draws from the seed of the whole run, so its runs would all be the same.
        """,
      example: .swept(settings: ["seeds: 2", "reseed: [warm]"]),
      nearMiss: .swept(settings: ["seeds: 2", "reseed: [rl]"])))
}

extension RecipeCheck {
  static let unseededStage = RecipeCheck(.unseededStage, reads: ["sweep", "stages"]) { input in
    guard let sweep = input.root.optionalRecord("sweep"),
      let names = sweep.optionalStrings("reseed")
    else { return [] }
    let span = sweep.span(of: "reseed")
    let policies = input.outline.stages.filter { $0.is(.policy) }.map(\.name)
    return names.filter { !policies.contains($0) }.map { name in
      Diagnostic(
        .unseededStage, "the stage `\(name)` has no `seed` of its own that a sweep could change",
        at: span,
        help: policies.isEmpty
          ? "remove `reseed`: the runs then differ in `run.seed`"
          : "name stages that sample responses: `reseed: [\(policies.joined(separator: ", "))]`",
        path: "sweep.reseed")
    }
  }
}
