import RecipeLanguage
import Rewards

/// Process-aware GRPO: the rewards of each process are summed and normalized apart, and credited
/// to the tokens of that process (VIDEOP2R, arXiv 2511.11113, eqs. 3 to 7).
enum ProcessAwareGRPO: Algorithm {
  static let schema = KindSchema(
    "process_aware_grpo", summary: "rewards normalized and credited per process",
    fields: CommonFields.policy(averaging: "segment"),
    traits: [.policy, .processAware], codes: CommonChecks.codes,
    check: CommonChecks.policy)

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
