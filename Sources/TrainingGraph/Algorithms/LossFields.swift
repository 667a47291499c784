import RecipeLanguage
import Rewards

/// The fields of the policy loss, which all algorithms that sample groups share.
enum LossFields {
  /// - Parameter averaging: the default.
  static func all(averaging: String) -> [FieldSchema] {
    [
      .optional(
        "loss", .choice(Surrogate.Name.allCases.map(\.rawValue)), default: "clip",
        "what is made of a token's ratio of new to old policy: clipped with the smaller gain kept "
          + "(PPO, GRPO), capped as a constant factor of the log-probability (CISPO), or faded out "
          + "by a sigmoid (SAPO)"),
      .optional(
        "ratio", .choice(RatioLevel.allCases.map(\.rawValue)), default: "token",
        "what has one ratio: every token, or the geometric mean over a response (`sequence`, GSPO) "
          + "or over each declared segment"),
      .optional(
        "clip",
        .record([
          .optional("low", .number(.nonNegative), default: "0.2", "ratio kept above 1 - low"),
          .optional("high", .number(.nonNegative), default: "0.2", "ratio kept below 1 + high"),
          .optional(
            "delta", .optional(.number(.positive)), default: "none",
            "ratio kept below it where the advantage is negative, which `high` does not do"),
        ]), default: "{}", "range of the ratio of new to old policy"),
      .optional(
        "sapo",
        .record([
          .optional("positive", .number(temperatures), default: "1.0", "where the advantage is"),
          .optional("negative", .number(temperatures), default: "1.05", "everywhere else"),
        ]), default: "{}", "temperatures of the sigmoid of `loss: sapo`; higher fades sooner"),
      .optional(
        "kl",
        .record([
          .optional("coefficient", .schedule(.nonNegative), default: "0.04", "beta"),
          .optional("reference", .reference(.stages), "stage whose frozen weights are the anchor"),
          .optional(
            "estimator", .choice(KLPenalty.Estimator.allCases.map(\.rawValue)), default: "k3",
            "of the divergence, from one token: with d = log ref - log new, k1 is -d, k2 is d²/2 "
              + "and k3 is exp(d) - d - 1"),
          .optional(
            "corrected", .boolean, default: "false",
            "multiply the estimate by the ratio, so that it is unbiased off policy too"),
          .optional(
            "averaging", .choice(Averaging.allCases.map(\.rawValue)), default: "sequence",
            "how the penalties of tokens become one number"),
        ]), default: "{}", "penalty for leaving the reference policy"),
      .optional(
        "averaging", .choice(Averaging.allCases.map(\.rawValue)), default: averaging,
        "how token losses become one number: a mean per segment or sequence, over the tokens of "
          + "the update or of the whole batch, or a sum over a constant or over nothing"),
    ]
  }

  /// What the sigmoid and its slope can be computed for.
  private static let temperatures = NumberRange.between(0.01, 40)

  static func loss(_ stage: Record) throws -> LossSpecification {
    let kl = try stage.record("kl")
    return LossSpecification(
      surrogate: try surrogate(stage),
      ratio: RatioLevel(rawValue: try stage.string("ratio")) ?? .token,
      averaging: try averaging(stage),
      maximumLength: try stage.record("sampling").integer("max_new_tokens"),
      kl: KLPenalty(
        coefficient: try kl.schedule("coefficient"),
        estimator: KLPenalty.Estimator(rawValue: try kl.string("estimator")) ?? .k3,
        isCorrected: try kl.boolean("corrected"), averaging: try averaging(kl)))
  }

  private static func averaging(_ record: Record) throws -> Averaging {
    Averaging(rawValue: try record.string("averaging")) ?? .sequence
  }

  private static func surrogate(_ stage: Record) throws -> Surrogate {
    let clip = try stage.record("clip")
    switch Surrogate.Name(rawValue: try stage.string("loss")) {
    case .clip, nil:
      return .clip(
        low: try clip.number("low"), high: try clip.number("high"),
        delta: clip.optionalNumber("delta"))
    case .cispo: return .cispo(high: try clip.number("high"))
    case .sapo:
      let sapo = try stage.record("sapo")
      return .sapo(positive: try sapo.number("positive"), negative: try sapo.number("negative"))
    }
  }
}
