import RecipeLanguage

/// A small vocabulary for recipes in these tests.
enum EditorVocabulary {
  static let all = Vocabulary(
    rewards: [
      KindSchema(
        "format", summary: "1 when the segments are complete", fields: [of],
        signature: { _ in RewardSignature(range: 0...1, support: [0, 1]) }),
      KindSchema(
        "accuracy", summary: "1 when the answer is right", fields: [of], traits: [.correctness],
        signature: { _ in RewardSignature(range: 0...1, columns: ["answer", "problem_type"]) }),
      KindSchema(
        "length", summary: "pays inside a window",
        fields: [
          of, .required("window", .window(.token), "both ends pay"),
          .optional("pays", .number(.positive), default: "0.2", "value inside the window"),
        ], traits: [.length],
        signature: { reward in
          reward.optionalNumber("pays").map { RewardSignature(range: 0...$0, support: [0, $0]) }
        }),
      KindSchema(
        "judge", summary: "a judge's verdict",
        fields: [of, .required("judge", .reference(.judges), "who decides")],
        signature: { _ in RewardSignature(range: 0...1, isPure: false, mayAbstain: true) }),
    ],
    algorithms: [
      KindSchema(
        "sft", summary: "supervised fine-tuning",
        fields: [steps, rate, .required("batch_size", .count, "sequences of a step")],
        traits: [.supervised]),
      KindSchema(
        "grpo", summary: "groups compared",
        fields: [
          steps, rate, .required("group_size", .count, "responses to one prompt"),
          .required(
            "sampling",
            .record([
              .optional("temperature", .number(.nonNegative), default: "1.0", "of the softmax"),
              .optional("top_p", .number(.between(0, 1)), default: "1.0", "nucleus kept"),
              .required("max_new_tokens", .responseLength, "longest response"),
            ]), "how responses are drawn"),
        ], traits: [.policy]),
    ],
    judges: [KindSchema("oracle", summary: "rules")],
    data: [
      KindSchema(
        "clipworld", summary: "a generated world",
        fields: [
          .required("split", .choice(["foundation", "train", "test"]), "which part"),
          .required("clips", .count, "how many"),
          .optional("wrong_answers", .share, default: "0%", "of the traces"),
        ])
    ],
    models: [
      KindSchema(
        "qwen2_5_vl", summary: "vision and language",
        fields: [
          .required("from", .path(words: ["scratch"]), "weights"),
          .optional(
            "prompt", .record([.optional("user", .template(.question), "user message")]),
            "of a question"),
        ])
    ],
    samplers: [
      KindSchema(
        "uniform", summary: "evenly spaced", fields: [.required("frames", .count, "how many")])
    ])

  private static let of = FieldSchema.required(
    "of", .list(.reference(.segments), count: 1...64), "the segments it reads")
  private static let steps = FieldSchema.required("steps", .count, "updates")
  private static let rate = FieldSchema.required("learning_rate", .schedule(.positive), "step size")

  /// A recipe without findings.
  static let recipe = """
    sousvide: 1
    edition: 2026-11
    params:
      think_window: {type: window<tok>, default: 16..64 tok}
    model: {architecture: qwen2_5_vl, from: scratch, prompt: {user: "{item.problem} {item.options}"}}
    video: {sampler: uniform, frames: 8}
    data:
      lessons: {kind: clipworld, split: foundation, clips: 100}
      questions: {kind: clipworld, split: train, clips: 100}
    segments:
      observation: {process: perception}
      think: {process: reasoning}
      answer: {process: reasoning}
    judges:
      sufficiency:
        api: oracle
        sees: [item.problem, segment.observation]
    rewards:
      sufficient: {kind: judge, judge: sufficiency, of: [observation], credit: perception}
      correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
      think_length:
        kind: length
        of: [think]
        window: "${params.think_window}"
        pays: 0.2
        when: correct > 0 and sufficient > 0
        credit: reasoning
    schedules:
      rl_rate: {cosine: {peak: 1.0e-4, floor: 1.0e-5}}
    stages:
      warm: {algorithm: sft, data: lessons, steps: 10, batch_size: 4, learning_rate: 1.0e-4}
      rl:
        algorithm: grpo
        init: warm
        data: questions
        steps: 20
        group_size: 8
        sampling: {max_new_tokens: 128 tok}
        learning_rate: schedules.rl_rate
    eval:
      held_out: {data: questions, after: [rl], max_new_tokens: 128 tok}

    """
}
