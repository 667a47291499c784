extension RecipeSchema {
  /// The fields of a normalization scope, for kinds that declare one of their own.
  public static let normalization: [FieldSchema] = [
    FieldSchema.optional(
      "profile", .choice(profiles.map(\.name)),
      "the advantages of a published code: the defaults of all keys below"
    ).presetting(
      Dictionary(
        profiles.map { ($0.name, $0.settings) }, uniquingKeysWith: { first, _ in first })),
    .optional(
      "over", .choice(["group", "batch", "running"]), default: "group",
      "the responses compared: to one question, of one update, or of all updates so far with the "
        + "latest weighing most"),
    .optional(
      "scale_over", .choice(["group", "batch", "running"]),
      "the responses whose deviation is divided by, where they are others than those of `over`"),
    .optional(
      "center", .choice(["mean", "leave_one_out", "none"]), default: "mean",
      "what is subtracted; `leave_one_out` is the mean of the other responses"),
    .optional(
      "scale", .choice(["std", "leave_one_out", "none"]), default: "std",
      "what it is divided by; `leave_one_out` is the deviation of the other responses"),
    .optional(
      "std", .choice(["sample", "population"]), default: "sample",
      "divide squares by n - 1, or by n"),
    .optional("epsilon", .number(.nonNegative), default: "1.0e-4", "added to the divisor"),
    .optional(
      "tolerance", .number(.nonNegative), default: "0.0",
      "rewards that lie no further apart count as equal, so that noise is not blown up"),
    .optional(
      "minimum_count", .count, default: "2", "with fewer rewards in the scope its advantages are 0"),
    .optional(
      "zero_variance", .choice(["keep", "drop"]), default: "keep",
      "whether a group of equal rewards stays in the loss, where only KL acts on it"),
    .optional(
      "aggregate", .choice(["sum_then_normalize", "normalize_then_sum"]),
      default: "sum_then_normalize",
      "normalize the sum of the rewards, or sum rewards that are normalized each for itself (GDPO)"),
    .optional(
      "whiten", .boolean, default: "true",
      "under `normalize_then_sum`: normalize the sums once more, over the update"),
    .optional(
      "abstention", .choice(["response", "reward"]), default: "response",
      "what a reward without a value takes out: the whole response, or itself alone (TRL)"),
    .optional(
      "decay", .number(.between(0, 1)), default: "0.99",
      "under `running`: the share of what is remembered that an update keeps"),
  ]

  /// Published codes, with what differs from the defaults. Each is tested on vectors of its own.
  public static let profiles: [(name: String, settings: [String: String])] = [
    // VIDEOP2R eq. 6, with the deviation of the code that it builds on.
    ("videop2r", [:]),
    // `grpo_trainer.py` of Video-R1: sample deviation, 1e-4.
    ("video-r1", [:]),
    // `GRPOTrainer` 1.9: an abstention takes out its own reward, the others still count.
    ("trl-1.9", ["abstention": "reward"]),
    // `compute_grpo_outcome_advantage` of verl.
    ("verl", ["epsilon": "1.0e-6"]),
    // `calculate_baseline_and_std_per_prompt` of NeMo-RL.
    ("nemo-rl", ["center": "leave_one_out", "scale": "leave_one_out", "epsilon": "1.0e-6"]),
    // Dr. GRPO, arXiv 2503.20783: no deviation.
    ("dr-grpo", ["scale": "none"]),
    // DAPO, arXiv 2503.14476 eq. 9, in verl: groups of equal rewards are left out.
    ("dapo", ["epsilon": "1.0e-6", "zero_variance": "drop"]),
    // GDPO, arXiv 2601.05242 eqs. 4 to 7, as TRL has it.
    ("gdpo", ["aggregate": "normalize_then_sum", "whiten": "true", "abstention": "reward"]),
  ]
}
