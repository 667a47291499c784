import RecipeLanguage
import Rewards

/// Group relative policy optimization: one advantage per response, credited to all its tokens
/// (DeepSeekMath; VIDEOP2R eqs. 1, 2).
enum GRPO: Algorithm {
  static let schema = KindSchema(
    "grpo", summary: "one normalized reward per response, credited to all its tokens",
    fields: CommonFields.policy(averaging: "sequence") + [
      .optional(
        "rewards", .list(.reference(.rewards), count: 1...64),
        "the rewards that count; all of them by default"),
      .optional(
        "normalization", .record(RecipeSchema.normalization), default: "{}",
        "how their sum becomes an advantage"),
    ], traits: [.policy], codes: PolicyChecks.codes,
    check: PolicyChecks.stage, idle: IdleLossSettings.all)

  static func lower(_ stage: Record, _ lowering: inout Lowering) throws {
    var policy = try PolicyLowering(stage, &lowering)
    let names = stage.optionalStrings("rewards") ?? lowering.recipe.rewards.map(\.name)
    let normalization = try Normalization(settings: stage.record("normalization"))
    try policy.normalize(names, as: "response", process: nil, normalization, &lowering)
    try policy.finish(rest: nil, &lowering)
  }
}
