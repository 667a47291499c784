import RecipeLanguage
import Rewards

/// Process-aware GRPO: the rewards of each process are summed and normalized apart, and credited
/// to the tokens of that process (VIDEOP2R, arXiv 2511.11113, eqs. 3 to 7).
enum ProcessAwareGRPO: Algorithm {
  static let schema = KindSchema(
    "process_aware_grpo", summary: "rewards normalized and credited per process",
    fields: CommonFields.policy(averaging: "segment") + [CommonFields.credit],
    traits: [.policy, .processAware], codes: PolicyChecks.codes, check: PolicyChecks.stage,
    idle: IdleLossSettings.all)

  static func lower(_ stage: Record, _ lowering: inout Lowering) throws {
    var policy = try PolicyLowering(stage, &lowering)
    var rest = Normalization(zeroVariance: .drop, abstention: .reward)
    for process in lowering.recipe.processes {
      let names = try lowering.recipe.rewards.filter { try $0.string("credit") == process }
        .map(\.name)
      let normalization = try lowering.normalization(of: process)
      // Text outside the segments is dropped only where every process is.
      if normalization.zeroVariance == .keep { rest.zeroVariance = .keep }
      if normalization.abstention == .response { rest.abstention = .response }
      try policy.normalize(names, as: process, process: process, normalization, &lowering)
    }
    try policy.finish(rest: rest, &lowering)
  }
}
