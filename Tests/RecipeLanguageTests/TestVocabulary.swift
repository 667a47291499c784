import RecipeLanguage

/// The smallest vocabulary that uses every value type.
enum TestVocabulary {
  static let all = Vocabulary(
    rewards: [
      KindSchema(
        "format", summary: "1 when the segments are found",
        fields: [
          of, .optional("allow_stray_text", .boolean, default: "true", "text between segments"),
        ], traits: [.format],
        signature: {
          RewardSignature(
            range: 0...1, support: [0, 1],
            whenComplete: $0.optionalBoolean("allow_stray_text") == false ? [0, 1] : [1],
            whenIncomplete: 0, reads: segments($0))
        }),
      KindSchema(
        "accuracy", summary: "1 when the answer is right", fields: [of],
        traits: [.correctness],
        signature: {
          RewardSignature(
            range: 0...1, attains: [0, 1], whenIncomplete: 0, reads: segments($0),
            columns: ["answer", "problem_type"],
            dispatch: ["problem_type": ["multiple choice", "numerical", "regression"]])
        }),
      KindSchema(
        "length", summary: "pays inside a window",
        fields: [
          of, .required("window", .window(.token), "both ends pay"),
          .optional("pays", .number(.positive), default: "0.2", "value inside the window"),
        ], traits: [.length],
        signature: { reward in
          reward.optionalNumber("pays").map {
            RewardSignature(
              range: 0...$0, support: [0, $0], whenIncomplete: 0, reads: segments(reward))
          }
        }),
      KindSchema(
        "overlong", summary: "punishes responses near the limit",
        fields: [
          .optional("of", .list(.reference(.segments), count: 1...64), "what is measured"),
          .required("limit", .quantity(.token), "where the punishment is -1"),
          .required("band", .quantity(.token), "how far below it begins"),
        ], traits: [.lengthPenalty],
        signature: {
          RewardSignature(range: -1...0, attains: [-1, 0], reads: segments($0))
        }),
      KindSchema(
        "judge", summary: "a judge's verdict",
        fields: [.required("judge", .reference(.judges), "who decides"), of],
        traits: [.correctness],
        signature: {
          RewardSignature(
            range: 0...1, attains: [0, 1], whenIncomplete: 0, reads: segments($0), isPure: false,
            mayAbstain: true)
        }),
      KindSchema(
        "expression", summary: "a formula over rewards",
        fields: [.required("value", .expression(.number, .formula), "its value")],
        signature: {
          $0.optionalExpression("value").map { _ in RewardSignature(range: -1e300...1e300) }
        }, formula: "value"),
    ],
    algorithms: [
      KindSchema(
        "sft", summary: "supervised", fields: training + [batch, curriculum],
        traits: [.supervised]),
      KindSchema(
        "process_aware_grpo", summary: "per process", fields: training + rollout,
        traits: [.policy, .processAware]),
      KindSchema(
        "grpo", summary: "per response",
        fields: training + rollout + [
          .optional("rewards", .list(.reference(.rewards), count: 1...64), "that count"),
          .optional(
            "normalization", .record(RecipeSchema.normalization), default: "{}", "of their sum"),
        ], traits: [.policy]),
      KindSchema(
        "pipeline", summary: "makes traces",
        fields: [
          .required(
            "steps", .map(.kind(discriminator: "do", common: [], kinds: steps)), "in order"),
          .optional("attempts", .count, default: "1", "to write one"),
        ], traits: [.pipeline]),
    ],
    judges: [
      KindSchema(
        "oracle", summary: "rules",
        fields: [
          .optional("error_rate", .share, default: "0%", "share of wrong verdicts"),
          .optional("seed", .size, default: "0", "of the errors"),
        ]),
      KindSchema(
        "anthropic", summary: "a model",
        fields: [
          .required("model", .string, "dated name"),
          .optional("base_url", .string, default: "\"https://api.anthropic.com\"", "server"),
          .required("auth", .secret, "key"),
        ] + asked, traits: [.remote]),
      KindSchema(
        "openai-compatible", summary: "a model",
        fields: [
          .required("model", .string, "dated name"), .required("base_url", .string, "server"),
          .optional("auth", .secret, "key"),
        ] + asked, traits: [.remote]),
      KindSchema(
        "local", summary: "a model in a folder",
        fields: [.required("model", .path(), "folder")] + asked, traits: [.remote]),
    ],
    generators: [
      KindSchema(
        "oracle", summary: "rules",
        fields: [
          .optional("writes", .choice(["trace", "captions"]), default: "trace", "what it writes"),
          .optional("wrong_answers", .share, default: "0%", "how often it errs"),
        ]),
      KindSchema(
        "local", summary: "a model in a folder",
        fields: [
          .required("model", .path(), "folder"),
          .required("prompt", .template(.judge), "what it is asked"),
        ], traits: [.remote]),
    ],
    data: [
      KindSchema(
        "clipworld", summary: "generated",
        fields: [
          .required("split", .choice(["foundation", "cold_start", "train", "test"]), "which part"),
          .required("clips", .count, "how many"),
          .optional("seed", .size, default: "0", "of the scenes"),
          .optional("wrong_answers", .share, default: "0%", "of the traces"),
        ], traits: [.bringsTexts]),
      KindSchema(
        "records", summary: "a file",
        fields: [.required("path", .path(), "records"), .optional("media", .path(), "videos")],
        traits: [.mediaOptional]),
    ],
    models: [
      KindSchema("qwen2_5_vl", summary: "vision and language", fields: modelFields),
      KindSchema("qwen2", summary: "language", fields: modelFields, traits: [.textOnly]),
    ],
    samplers: [
      KindSchema(
        "uniform", summary: "evenly spaced",
        fields: [.required("frames", .integer(2...768), "an even number of frames")],
        check: { video, context in
          guard let frames = video.optionalInteger("frames"), frames % 2 == 1 else { return [] }
          return [
            Diagnostic(
              DiagnosticCode(5760, "odd-frames", "An odd number of frames."),
              "`frames: \(frames)` is odd, but frames are merged in pairs",
              at: video.span(of: "frames"), path: "\(context.path).frames")
          ]
        })
    ])

  private static let modelFields: [FieldSchema] = [
    .required("from", .path(words: ["scratch"]), "weights"),
    .optional(
      "frozen_weights", .choice(["f32", "bf16"]), default: "f32", "what is not trained"
    ).affects(.numerics),
    .optional(
      "text",
      .record([
        .required("hidden_size", .count, "width"),
        .optional("layers", .count, "blocks"),
        .optional("heads", .count, "of queries"),
        .optional("key_value_heads", .count, "of keys"),
        .optional("intermediate_size", .count, "of the MLP"),
        .optional("rope_theta", .number(.positive), default: "1000000.0", "base"),
        .optional("mrope_section", .list(.count, count: 3...3), "pairs"),
        .optional("tied_embeddings", .boolean, default: "true", "head is the embedding"),
      ]), "decoder"),
    .optional(
      "tokenizer",
      .record([
        .required("train_on", .reference(.data), "texts"),
        .optional("vocabulary_size", .count, default: "640", "tokens"),
      ]), "made from data"),
    .optional(
      "vision",
      .record(
        ["hidden_size", "depth", "heads", "intermediate_size"].map {
          .required($0, .count, "size")
        } + [.required("full_attention_blocks", .list(.size), "blocks")]), "tower"),
    .optional(
      "prompt",
      .record([
        .optional("system", .string, "system message"),
        .optional("options_separator", .string, default: "\"\\n\"", "between options"),
        .optional(
          "user", .template(.question), default: "\"{item.problem} {item.options}\"",
          "user message"),
      ]), default: "{}", "what a question looks like"),
  ]

  private static let of = FieldSchema.required(
    "of", .list(.reference(.segments), count: 1...64), "the segments it reads")

  private static let asked: [FieldSchema] = [
    .required("prompt", .template(.judge), "question"),
    .required(
      "verdict",
      .record([
        .required("tag", .identifier, "around the verdict"),
        .optional("labels", .map(.number(.between(0, 1))), "scores"),
        .optional("range", .list(.number(.any), count: 2...2), "of a number"),
      ]), "answer"),
    .optional(
      "sampling",
      .record([
        .optional("temperature", .number(.between(0, 2)), default: "0.0", "of the answer"),
        .optional("max_new_tokens", .responseLength, default: "512 tok", "longest answer"),
        .optional("seed", .size, "of the answer"),
      ]), default: "{}", "answers"),
    .optional("cache", .boolean, default: "true", "keeps verdicts"),
    .optional(
      "empty_text", .choice(["zero", "abstain", "ask"]), default: "zero", "segments without text"),
    .optional(
      "limits", .record([.optional("retries", .size, default: "3", "attempts")]), default: "{}",
      "manners"),
    .optional("price", .quantity(.dollar), "of a call"),
  ]

  private static func segments(_ reward: Record) -> [String] {
    reward.optionalStrings("of") ?? []
  }

  private static let steps: [KindSchema] = [
    KindSchema(
      "write", summary: "writes",
      fields: [.required("by", .reference(.generators), "who writes")]),
    KindSchema(
      "keep", summary: "keeps",
      fields: [.required("when", .expression(.boolean, .gate), "what must hold")]),
  ]

  private static let training: [FieldSchema] = [
    .required("steps", .count, "updates"),
    .required("learning_rate", .schedule(.nonNegative), "step size"),
    RecipeSchema.keep,
    .optional(
      "adapter",
      .record([
        .required("rank", .count, "inner width"), .required("alpha", .number(.positive), "scale"),
        .required("targets", .list(.string, count: 1...64), "adapted layers"),
      ]), "trained in place of the weights"),
    .optional(
      "optimizer",
      .record([
        .optional("weight_decay", .number(.nonNegative), default: "0.0", "decay"),
        .optional(
          "betas", .list(.number(.between(0, 1)), count: 2...2), default: "[0.9, 0.999]", "decays"),
        .optional(
          "max_gradient_norm", .optional(.number(.positive)), default: "none", "clipping"),
      ]), default: "{}", "AdamW"),
  ]

  private static let batch = FieldSchema.required("batch_size", .count, "sequences of a step")

  private static let curriculum = FieldSchema.optional(
    "curriculum",
    .record([
      .required("column", .identifier, "of the records"),
      .required("value", .string, "that comes first"),
    ]), "easy records first")

  private static let rollout: [FieldSchema] = [
    .required("group_size", .count, "responses to one prompt"),
    .optional("prompts_per_step", .count, default: "8", "prompts of one step"),
    .optional(
      "kl",
      .record([
        .optional("coefficient", .schedule(.nonNegative), default: "0.04", "beta"),
        .optional("reference", .reference(.stages), "anchor"),
      ]), default: "{}", "penalty"),
    .required(
      "sampling",
      .record([
        .optional("temperature", .schedule(.nonNegative), default: "1.0", "of the softmax"),
        .optional("top_p", .number(.between(0, 1)), default: "1.0", "nucleus kept"),
        .optional("top_k", .optional(.count), default: "none", "tokens kept"),
        .required("max_new_tokens", .responseLength, "longest response"), RecipeSchema.stop,
      ]), "rollouts"),
    .optional("truncation", .choice(["score", "mask"]), default: "score", "of cut responses"),
    .optional(
      "dynamic_sampling",
      .record([
        .required("keep", .expression(.boolean, .groupGate), "groups that are kept"),
        .optional("rounds", .count, default: "3", "of replacements"),
      ]), "replaces groups"),
    .optional("clip", .number(.positive), default: "0.2", "of the ratio"),
  ]
}
