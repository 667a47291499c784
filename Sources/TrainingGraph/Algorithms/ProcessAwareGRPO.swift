import RecipeLanguage
import Rewards

/// Process-aware GRPO: the rewards of each process are summed and normalized apart, and credited
/// to the tokens of that process (VIDEOP2R, arXiv 2511.11113, eqs. 3 to 7).
enum ProcessAwareGRPO: Algorithm {
  static let tooFewProcesses = DiagnosticCode(
    5052, "too-few-processes", "a process-aware algorithm needs two processes")

  static let schema = KindSchema(
    "process_aware_grpo", summary: "rewards normalized and credited per process",
    fields: CommonFields.policy(averaging: "segment"),
    traits: [.policy, .processAware], codes: CommonChecks.codes + [tooFewProcesses],
    check: { stage, context in
      var found = CommonChecks.policy(stage, context)
      let processes = Set(
        (context.root.optionalRecord("segments")?.records ?? []).compactMap {
          $0.optionalString("process")
        })
      if processes.count == 1 {
        found.append(
          Diagnostic(
            tooFewProcesses, severity: .warning,
            "stage `\(context.name)` is process-aware, but all segments belong to one process",
            at: stage.span(of: "algorithm"),
            notes: ["with one process it is plain GRPO on the segments' tokens"],
            help: "give the segments at least two processes, or write `algorithm: grpo`",
            path: "\(context.path).algorithm"))
      }
      return found
    })

  static func lower(_ stage: Record, _ lowering: inout Lowering) throws {
    var policy = try PolicyLowering(stage, &lowering)
    for process in lowering.recipe.processes {
      let names = try lowering.recipe.rewards.filter { try $0.string("credit") == process }
        .map(\.name)
      try policy.normalize(
        names, as: process, process: process, try lowering.normalization(of: process), &lowering)
    }
    try policy.finish(rest: Normalization(), &lowering)
  }
}
