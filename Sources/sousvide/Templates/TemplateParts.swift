/// What the templates are put together from. Everything here is small enough for a laptop's processor.
extension RecipeTemplate {
  static let params = """
    # The only knobs that a sweep or `--param observation_window=…` turns.
    params:
      observation_window:
        type: window<tok>
        default: 8..32 tok
        about: "tokens of observation that pay"

    """

  static let model = """
    # A Qwen2.5-VL of a few hundred thousand weights. For a published one write `from: <folder>` with its
    # Hugging Face files, and leave out text, vision and tokenizer.
    model:
      architecture: qwen2_5_vl
      from: scratch
      text:
        hidden_size: 64
        layers: 2
        heads: 2
        key_value_heads: 2
        intermediate_size: 128
        rope_theta: 20
        mrope_section: [4, 6, 6]
      vision:
        hidden_size: 64
        depth: 1
        heads: 2
        intermediate_size: 128
        full_attention_blocks: [0]
      tokenizer: {train_on: traces, vocabulary_size: 640}
      prompt:
        system: ""
        user: "{item.problem} {item.options} Answer in <observation>, <think> and <answer> tags."

    video:
      sampler: uniform
      frames: 8
      min_pixels: 3136
      max_pixels: 3136

    """

  /// - Parameter heldOut: what the evaluation is made on: the test set, but not where a choice depends on
  ///   it.
  static func data(rl: Bool, heldOut: String = "held_out") -> String {
    let questions = """
        # Questions without traces, to sample responses to.
        questions: {kind: clipworld, split: train, clips: 320, seed: 2}

      """
    let split = heldOut == "held_out" ? "test" : "train"
    return """
      data:
        # Clips of moving shapes with questions and written-out answers. For your own data write
        # `{kind: records, path: mine.json, media: clips}`.
        traces: {kind: clipworld, split: cold_start, clips: 400, seed: 1}
      \(rl ? questions : "")  \(heldOut): {kind: clipworld, split: \(split), clips: 100, seed: 3}

      """
  }

  /// The segments of a response, with the processes of the observation and of what follows from it.
  static func segments(_ perception: String, _ reasoning: String) -> String {
    """
    # <observation> … </observation><think> … </think><answer> … </answer>
    segments:
      observation: {process: \(perception)}
      think: {process: \(reasoning)}
      answer: {process: \(reasoning)}

    """
  }

  /// The supervised stage alone.
  static func warmOnly() -> String {
    """
    stages:
    \(warm(comment: "# A number, or a schedule: it falls from `peak` to `floor` along half a cosine."))
    \(evaluation("held_out", after: "warm"))
    """
  }

  static let plainRewards = """
    rewards:
      # How right the answer is, by the measure of its problem type.
      correct: {kind: accuracy, of: [answer], credit: response, primary: true}
      # 1 when all segments are complete and in order.
      in_form: {kind: format, of: [observation, think, answer], credit: response}

    """

  /// How plain GRPO normalizes, which says so in the stage.
  static let oneComparison = """
        # Responses to the same question are compared; where all are equal there is nothing to learn.
        normalization: {scale: std, zero_variance: drop}

    """

  /// A supervised stage and one that samples.
  ///
  /// - Parameter comparison: how responses are compared; nil where each process says it for itself.
  static func stages(comparison: String? = nil, heldOut: String = "held_out") -> String {
    """
    stages:
    \(warm())  rl:
        algorithm: \(comparison == nil ? "process_aware_grpo" : "grpo")
        init: warm
        data: questions
    \(comparison ?? "")    steps: 50
        prompts_per_step: 8
        group_size: 8
        sampling: {temperature: 1.0, max_new_tokens: 96 tok}
        # A response that is cut at 96 tokens is scored as it stands.
        truncation: score
        # How strongly the policy is held near the stage it started from.
        kl: {coefficient: 0.04, reference: warm}
        learning_rate: {linear: {from: 5.0e-4, to: 5.0e-5}}

    \(evaluation(heldOut, after: "warm, rl"))
    """
  }

  private static func warm(comment: String? = nil) -> String {
    """
      warm:
        algorithm: sft
        data: traces
        steps: 100
        batch_size: 8
    \(comment.map { "    \($0)\n" } ?? "")    learning_rate: {cosine: {peak: 2.0e-3, floor: 1.0e-4}}

    """
  }

  private static func evaluation(_ data: String, after stages: String) -> String {
    """
    eval:
      \(data): {data: \(data), after: [\(stages)], max_new_tokens: 96 tok}

    """
  }

  static func processRewards(window: String) -> String {
    """
    judges:
      # ClipWorld's own judge: decides whether the answer follows from the observation alone.
      sufficiency:
        api: oracle
        sees: [item.problem, item.options, item.answer, segment.observation]
        uses_reference: true

    rewards:
      # Perception: is the observation complete, and does it suffice to answer?
      sufficient: {kind: judge, judge: sufficiency, of: [observation], credit: perception}
      observation_format: {kind: format, of: [observation], credit: perception}
      observation_length:
        kind: length
        of: [observation]
        window: \(window)
        when: sufficient > 0 and observation_format > 0
        credit: perception

      # Reasoning: is the answer right, and in form?
      correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
      reasoning_format: {kind: format, of: [think, answer], credit: reasoning}

    # Each process is compared within the responses to the same question; where all are equal there is
    # nothing to learn.
    normalization:
      perception: {over: group, center: mean, scale: std, zero_variance: drop}
      reasoning: {over: group, center: mean, scale: std, zero_variance: drop}

    """
  }

  static let sweepAxes = """
    # `sousvide sweep plan` lists the runs, `sousvide sweep run` makes them.
    sweep:
      axes:
        observation_window: {values: [4..16 tok, 8..32 tok, 16..48 tok]}
      # Runs first, for comparison with what is known.
      controls: {published: {observation_window: 8..32 tok}}
      objective: {maximize: eval.validation.accuracy}

    """
}
