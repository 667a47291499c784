import RecipeLanguage

/// What judges that are language models have in common.
enum RemoteJudgeFields {
  static let prompt = FieldSchema.required(
    "prompt", .template(.judge),
    "what it is asked: text with holes such as `{segment.observation | fence}`, or a `.md` file")

  static let verdict = FieldSchema.required(
    "verdict",
    .record([
      .required("tag", .identifier, "the verdict is read from the last `<tag>…</tag>`"),
      .optional(
        "labels", .map(.number(.between(0, 1))),
        "the words that may stand there, with their scores; anything else is a failure"),
      .optional(
        "range", .list(.number(.any), count: 2...2),
        "instead of labels: a number stands there, and this range is mapped to 0 to 1"),
      .optional(
        "form", .choice(["tag", "object"]), default: "tag",
        "text with the tag, or a JSON object with the key `tag` and a `reason`, which the server "
          + "is made to give (a tool of Anthropic's, `response_format` elsewhere)"),
    ]), "how its answer becomes a score")

  static let sampling = sampling(longest: "512 tok", "how its answer is drawn")

  static func sampling(
    longest: String, _ summary: String,
    seed: FieldSchema = .optional(
      "seed", .seed, "makes sampled answers repeatable, where the server honours it")
  ) -> FieldSchema {
    .optional(
      "sampling",
      .record([
        .optional("temperature", .number(.between(0, 2)), default: "0.0", "0 is greedy"),
        .optional("max_new_tokens", .responseLength, default: longest, "longest answer"),
        seed,
      ]), default: "{}", summary)
  }

  static let cache = FieldSchema.optional(
    "cache", .boolean, default: "true",
    "keeps every verdict, so that equal questions are asked once and a run can be replayed")

  static let limits = FieldSchema.optional(
    "limits",
    .record([
      .optional("concurrency", .count, default: "8", "calls in flight").affects(.performance),
      .optional("requests_per_minute", .count, "calls started in a minute").affects(.performance),
      .optional("tokens_per_minute", .count, "tokens asked and answered in a minute")
        .affects(.performance),
      .optional("timeout", .quantity(.second), default: "60 s", "patience for one answer")
        .affects(.performance),
      .optional("retries", .size, default: "3", "further attempts before a call has failed")
        .affects(.performance),
      .optional(
        "patience", .quantity(.second), default: "300 s",
        "how long a call goes on trying in an outage, whatever `retries` says; then `on_failure`"
      ).affects(.performance),
    ]), default: "{}", "how hard the server is pressed"
  ).affects(.performance)

  static let emptyText = FieldSchema.optional(
    "empty_text", .choice(["zero", "abstain", "ask"]), default: "zero",
    "what a segment without text is worth: 0, no verdict, or whatever the judge says of it")

  static let price = FieldSchema.optional(
    "price", .quantity(.dollar), "of one call at most, for the budget"
  ).affects(.display)

  static let tokenPrice = FieldSchema.optional(
    "token_price",
    .record([
      .required("input", .quantity(.dollar), "for a million tokens of the prompt"),
      .required("output", .quantity(.dollar), "for a million tokens of the answer"),
    ]), "what tokens cost; what is spent is counted from it, and from `price` without it"
  ).affects(.display)

  static let auth = FieldSchema.optional(
    "auth", .secret, "the key, as `secrets.<name>`"
  ).affects(.display)

  /// How the server is treated and paid.
  static let manners = [limits, price, tokenPrice]

  /// Those that follow from asking a model.
  static let asked = [prompt, verdict, sampling, cache, emptyText]
}
