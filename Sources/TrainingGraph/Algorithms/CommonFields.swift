import RecipeLanguage
import Rewards

/// Fields that several algorithms share.
enum CommonFields {
  static let learningRate = FieldSchema.required(
    "learning_rate", .schedule(.nonNegative), "step size of AdamW; a number or a schedule")

  static let optimizer = FieldSchema.optional(
    "optimizer",
    .record([
      .optional(
        "betas", .list(.number(.between(0, 1)), count: 2...2), default: "[0.9, 0.999]",
        "decay of the first and second moment"),
      .optional("epsilon", .number(.positive), default: "1.0e-8", "added to the second moment"),
      .optional(
        "weight_decay", .number(.nonNegative), default: "0.01", "decoupled, on every matrix"),
      .optional(
        "max_gradient_norm", .optional(.number(.positive)), default: "1.0",
        "global norm above which gradients are scaled down; `none` to leave them"),
    ]), default: "{}", "settings of AdamW")

  static let microBatch = FieldSchema.optional(
    "micro_batch", .optional(.quantity(.token, in: 1...1e9)), default: "none",
    "tokens of one forward and backward pass at most, when memory is too short for a whole update: "
      + "gradients are summed over the passes"
  ).affects(.numerics)

  static let adapter = FieldSchema.optional(
    "adapter",
    .record([
      .required("rank", .count, "inner width of the adapted layers"),
      .required("alpha", .number(.positive), "the adapter's part is multiplied by alpha / rank"),
      .required(
        "targets", .list(.string, count: 1...64),
        "the linear layers that are adapted: the end of their names, `*` for any text"),
    ]), "low-rank adapter (LoRA): trained in place of the weights, and merged with them at the end")

  /// The fields of every algorithm that samples groups of responses.
  static func policy(averaging: String) -> [FieldSchema] {
    [
      .required(
        "steps", .count,
        "batches of responses, with one optimizer step each (`passes_per_batch` x `minibatches` if "
          + "those are set)"),
      .required("prompts_per_step", .batch, "questions per step"),
      .required("group_size", .batch, "responses per question"),
      .required(
        "sampling",
        .record([
          .optional(
            "temperature", .schedule(.nonNegative), default: "1.0",
            "of the distribution that is sampled and trained"),
          .optional("top_p", .number(.between(0, 1)), default: "1.0", "nucleus kept"),
          .optional("top_k", .optional(.count), default: "none", "most likely tokens kept"),
          .required("max_new_tokens", .responseLength, "length at which a response is cut"),
          RecipeSchema.stop,
        ]), "how responses are drawn"),
      .optional(
        "truncation", .choice(Credit.Truncation.allCases.map(\.rawValue)), default: "score",
        "a response cut at `max_new_tokens` is scored as it stands, or masked: no part in any mean "
          + "and advantage 0"),
      .optional(
        "dynamic_sampling",
        .record([
          .required(
            "keep", .expression(.boolean, .groupGate),
            "the groups that are kept, as in `any(correct > 0) and any(correct < 1)`"),
          .optional(
            "rounds", .count, default: "3",
            "how often in a step the others are replaced; what is left then is left out"),
        ]), "replaces groups that teach nothing by groups of other questions (DAPO)"),
    ] + LossFields.all(averaging: averaging) + [
      .optional(
        "passes_per_batch", .count, default: "1",
        "how often a batch of responses is gone through (TRL: num_iterations)"),
      .optional(
        "minibatches", .count, default: "1",
        "parts of a batch, of whole groups, with an optimizer step each"),
      microBatch,
      .optional(
        "seed", .seed, "decides questions and sampling of this stage; by default the run's seed"),
      adapter, learningRate, optimizer, RecipeSchema.keep,
    ]
  }

  static func optimizer(_ stage: Record) throws -> OptimizerSpecification {
    let record = try stage.record("optimizer")
    let betas = try record.numbers("betas")
    return OptimizerSpecification(
      beta1: betas[0], beta2: betas[1], epsilon: try record.number("epsilon"),
      weightDecay: try record.number("weight_decay"),
      maximumGradientNorm: record.optionalNumber("max_gradient_norm"))
  }

  static func rollout(
    _ stage: Record, _ lowering: inout Lowering
  ) throws -> RolloutSpecification {
    let sampling = try stage.record("sampling")
    return RolloutSpecification(
      stage: stage.name,
      seed: stage.optionalInteger("seed").map(UInt64.init) ?? lowering.seed,
      promptsPerStep: try stage.integer("prompts_per_step"),
      groupSize: try stage.integer("group_size"), temperature: try sampling.schedule("temperature"),
      topP: try sampling.number("top_p"), topK: sampling.optionalInteger("top_k"),
      maximumNewTokens: try sampling.integer("max_new_tokens"),
      stopText: try lowering.stopText(of: sampling))
  }

  /// Of algorithms that credit each process apart.
  static let credit = FieldSchema.optional(
    "credit",
    .record([
      .optional(
        "tags", .choice(Credit.Rules.Tags.allCases.map(\.rawValue)), default: "segment",
        "whose the tokens of delimiters are: their segment's, or part of the rest"),
      .optional(
        "rest", .choice(Credit.Rules.Rest.allCases.map(\.rawValue)), default: "sum",
        "what tokens outside all complete segments get: the normalized sum of the process rewards, "
          + "or nothing"),
    ]), default: "{}", "where tokens belong that no process claims for sure")

  static func creditRules(_ stage: Record) throws -> Credit.Rules {
    guard let record = stage.optionalRecord("credit") else { return Credit.Rules() }
    return Credit.Rules(
      tags: Credit.Rules.Tags(rawValue: try record.string("tags")) ?? .segment,
      rest: Credit.Rules.Rest(rawValue: try record.string("rest")) ?? .sum)
  }

  static func truncation(_ stage: Record) throws -> Credit.Truncation {
    Credit.Truncation(rawValue: try stage.string("truncation")) ?? .score
  }
}
