/// The schema of a whole recipe: the keys that the language itself declares, joined with the kinds of
/// the vocabulary. Decoding, defaults and messages all come from here.
public enum RecipeSchema {
  static let languageVersion = 1
  /// Every edition that fixes the meaning of defaults, oldest first.
  static let editions = ["2026-11"]

  /// Keys that only say what others mean: their values count where they are used.
  static let declarations: Set = ["extends", "params", "schedules"]

  /// The top-level keys.
  public static func fields(_ vocabulary: Vocabulary) -> [FieldSchema] {
    [
      .required("sousvide", .integer, "version of the language"),
      .required("edition", .choice(editions), "the table of defaults this recipe means"),
      .optional("extends", .path(), "a recipe whose settings this one starts from")
        .affects(.display),
      .optional("about", .record(about), "title and sources; never part of a digest")
        .affects(.display),
      .optional("params", .map(ParameterSchema.parameter), "numbers and words to turn, by name")
        .affects(.display),
      .optional("run", .record(run), default: "{}", "name, seed and execution of a run"),
      .required(
        "model",
        .kind(discriminator: "architecture", common: [], kinds: vocabulary.models),
        "the policy and where its weights come from"),
      .optional(
        "video", .kind(discriminator: "sampler", common: [], kinds: vocabulary.samplers),
        "how videos become frames; for data that have some"),
      .required(
        "data", .map(.kind(discriminator: "kind", common: [], kinds: vocabulary.data)),
        "data sets by name"),
      .optional(
        "retrieval", .record(retrieval),
        "passages of a local text collection for every question, shown as `{item.passages}`"),
      .optional(
        "segments", .map(.record(segment)), default: "{}",
        "parts of a response by name, in the order they must appear"),
      .optional(
        "judges", .map(.kind(discriminator: "api", common: judge, kinds: vocabulary.judges)),
        default: "{}", "judges by name"),
      .optional(
        "generators", .map(.kind(discriminator: "api", common: [], kinds: vocabulary.generators)),
        default: "{}", "who writes responses for pipelines, by name"),
      .optional(
        "secrets",
        .map(.record([.required("env", .identifier, "environment variable that holds it")])),
        default: "{}", "secrets by name; read when a run starts, and never written anywhere"),
      .optional(
        "rewards", .map(.kind(discriminator: "kind", common: reward, kinds: vocabulary.rewards)),
        default: "{}", "rewards by name"),
      .optional(
        "normalization", .processMap(.record(normalization)), default: "{}",
        "per process, how rewards become advantages"),
      .optional(
        "schedules", .map(.schedule(.any)), default: "{}", "numbers that change over a stage"),
      .required(
        "stages",
        .map(.kind(discriminator: "algorithm", common: stage, kinds: vocabulary.algorithms)),
        "stages of training by name"),
      .optional("eval", .map(.record(evaluation)), default: "{}", "evaluations by name"),
      .optional("sweep", .record(SweepSchema.fields), "many runs that differ in their params"),
      .optional("checks", .map(.record(check)), "what must hold of the finished recipe, by name")
        .affects(.display),
      .optional("budget", .record(budget), "limits at which a run stops"),
      .optional("lint", .record(lint(vocabulary)), default: "{}", "how severe findings are")
        .affects(.display),
    ]
  }

  private static let about: [FieldSchema] = [
    .optional("title", .string, "one line"),
    .optional("description", .string, "what the recipe is for"),
    .optional("authors", .list(.string), "who wrote it"),
    .optional("cites", .list(.string), "papers, as `arXiv:…`"),
  ]

  private static let run: [FieldSchema] = [
    .optional("name", .identifier, "name of the run's folder; default: the file's name")
      .affects(.display),
    .optional("seed", .seed, default: "0", "seed of everything random"),
    FieldSchema.optional(
      "checkpoint_every", .quantity(.step, in: 1...1e9), default: "50 step",
      "steps between saved states, from which an interrupted run goes on"
    ).affects(.performance),
    FieldSchema.optional(
      "threads", .integer(1...256), default: "2", "threads that compute; `--threads` comes first"
    ).affects(.performance),
    FieldSchema.optional(
      "recomputation", .integer(0...2), default: "0",
      "what gradients compute again to save memory: nothing, what is cheap, or whole layers"
    ).affects(.performance),
    FieldSchema.optional(
      "rollouts_in_flight", .count, default: "256",
      "responses decoded at once, at least those to one prompt; the others wait"
    ).affects(.performance),
    FieldSchema.optional(
      "matmul", .choice(["packed", "openblas"]), default: "packed",
      "who computes matrix products; with OpenBLAS sampler and trainer agree only approximately"
    ).affects(.numerics),
    FieldSchema.optional(
      "bf16_products", .choice(["widened", "native"]), default: "widened",
      "how frozen weights of `bf16` are multiplied: widened to f32, or by the processor's own products, "
        + "which also round what is multiplied with them to bf16, and differ between kinds of processors"
    ).affects(.numerics),
  ]

  private static let retrieval: [FieldSchema] = [
    .required(
      "collection", .path(words: [dataTexts]),
      "a text file, or a folder of `.txt` and `.md` files, in which every line is a passage; or `data` for "
        + "the texts that the data bring along"),
    .optional(
      "query", .identifier, default: "problem", "the column of an item whose words are looked for"),
    .optional(
      "passages", .integer(1...256), default: "4", "passages per question at most, best first"),
  ]

  /// The value of `retrieval.collection` for the texts that data bring along.
  public static let dataTexts = "data"

  private static let segment: [FieldSchema] = [
    .required("process", .identifier, "the process this segment belongs to"),
    .optional("open", .string, default: "<${name}>", "text before the segment"),
    .optional("close", .string, default: "</${name}>", "text after it"),
    .optional(
      "repeats", .boolean, default: "false",
      "may occur several times; neighbours that repeat do so together, as a block"),
  ]

  private static let judge: [FieldSchema] = [
    .required(
      "sees", .list(.textSource, count: 1...64),
      "all that the judge is shown; `item.media` is the item's video or picture"),
    .optional("uses_reference", .boolean, default: "false", "may see the correct answer"),
    .optional(
      "on_failure", .choice(["drop_group", "abstain", "zero", "stop"]), default: "drop_group",
      "what a missing verdict does"),
  ]

  private static let reward: [FieldSchema] =
    ([
      .optional(
        "when", .expression(.boolean, .gate), "the gate: where it is false the reward is 0"),
      .optional(
        "group_when", .expression(.boolean, .groupGate),
        "the gate of the group: where it is false the reward is 0 for all its responses"),
      .required("credit", .reference(.processes), "the process whose tokens it trains"),
      .optional("primary", .boolean, default: "false", "the outcome that counts as right"),
      .optional(
        "weight", .schedule(.any), default: "1",
        "factor of its value in the sum that is normalized; gates and formulas read the value itself"
      ),
    ] as [FieldSchema]).map { $0.closing() }

  private static let stage: [FieldSchema] = [
    .optional("init", .reference(.stages), "the stage whose weights it starts from"),
    .required("data", .items, "what it trains on"),
    ownVideo,
  ]

  /// Who sees more of a video than others, or less.
  private static let ownVideo = FieldSchema.optional(
    "video",
    .record([
      .optional("frames", .integer(2...4096), "frames per video; even"),
      .optional("min_pixels", .integer(784...100_000_000), "least pixels of a frame"),
      .optional("max_pixels", .integer(784...100_000_000), "most pixels of a frame"),
    ]), "frame count and pixel budget of its own, in place of those under `video`")

  private static let check: [FieldSchema] = [
    .required(
      "assert", .expression(.boolean, .check),
      "a condition over settings by path, params, and `rewards.<name>.min` and `.max`"
    ).affects(.display),
    .optional("message", .string, "what follows when it does not hold").affects(.display),
  ]

  private static let evaluation: [FieldSchema] = [
    .required("data", .items, "what is evaluated"),
    .required("after", .list(.reference(.stages), count: 1...64), "the stages it follows"),
    .required("max_new_tokens", .responseLength, "longest response"),
    .optional(
      "every", .quantity(.step, in: 1...1e9),
      "asked after every so many steps of the stages it follows, too"),
    .optional(
      "observation_only", .list(.reference(.segments), count: 1...64),
      "segments that stand in for the video while every question is asked again: whether what was "
        + "perceived suffices"),
    .optional(
      "sampled", .record(sampled),
      "responses sampled besides the greedy one, for how often they have every segment in place"),
    ownVideo, stop,
  ]

  private static let sampled: [FieldSchema] = [
    .required("responses", .integer(1...256), "to every question"),
    .optional("temperature", .number(.positive), default: "1.0", "sampling temperature"),
  ]

  /// Which checkpoints stay, for every stage that makes weights.
  public static let keep = FieldSchema.optional(
    "keep",
    .record([
      .optional(
        "best", .record(EvaluationMetric.fields),
        "the metric by which the best of the evaluated steps becomes the stage's result; by default the "
          + "last step does"),
      .optional(
        "last", .integer(1...100), default: "2",
        "saved states that stay while the stage goes on, the newest; a damaged one is no loss where the "
          + "one before it is there"
      ).affects(.performance),
    ]), "which checkpoints stay")

  /// What ends a response, for everything that samples some.
  public static let stop = FieldSchema.optional(
    "stop", .choice(["end_token", lastSegment]), default: "end_token",
    "what ends a response: the end token alone, or also the token that completes the close of the "
      + "segment declared last, which stays in the response")

  /// The value of `stop` that ends a response with its last segment.
  public static let lastSegment = "last_segment"

  static let budget: [FieldSchema] = [
    .optional("judge_calls", .integer(1...Int.max), "questions to judges").affects(.display),
    .optional("tokens", .integer(1...Int.max), "tokens generated by the policy").affects(.display),
    .optional("cost", .quantity(.dollar), "price of all calls of judges").affects(.display),
    .optional("time", .quantity(.hour), "hours of running").affects(.display),
  ]
}
