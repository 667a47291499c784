import Models
import RecipeLanguage

/// The model kinds `qwen2_5_vl` and, without the vision tower, `qwen2`: Hugging Face files, or sizes to
/// start from scratch with.
public enum QwenModelKind {
  static let scratchSizes = DiagnosticCode(
    5951, "scratch-without-sizes", "A model from scratch lacks its sizes or its tokenizer.",
    Explanation(
      why: """
        A folder with a model's files says how large it is and how text becomes tokens. Where there is \
        no folder the recipe must.
        """,
      example: .sections(example(vision: "")),
      nearMiss: .sections(example(vision: vision))))

  static let inconsistentSizes = DiagnosticCode(
    5952, "inconsistent-sizes", "Sizes of the model do not fit together.",
    Explanation(
      why: """
        Heads share the width between them, and the rotary sections share the frequencies of a head; a \
        remainder would belong to nobody.
        """,
      example: .sections(example(sections: "[4, 4, 4]", vision: vision)),
      nearMiss: .sections(example(sections: "[4, 6, 6]", vision: vision))))

  private static let vision =
    "\n  vision: {hidden_size: 64, depth: 1, heads: 2, intermediate_size: 128, "
    + "full_attention_blocks: [0]}"

  private static func example(sections: String = "[4, 6, 6]", vision: String) -> String {
    """
    model:
      architecture: qwen2_5_vl
      from: scratch
      text:
        hidden_size: 64
        layers: 2
        heads: 2
        key_value_heads: 2
        intermediate_size: 128
        mrope_section: \(sections)\(vision)
      tokenizer: {train_on: traces, vocabulary_size: 640}
      prompt:
        user: "{item.problem} {item.options} Answer in <observation>, <think> and <answer> tags."
    """
  }

  /// What the recipe language needs to know of them.
  public static let schemas = [schema, textSchema]

  public static let schema = KindSchema(
    "qwen2_5_vl", summary: "Qwen2.5-VL: text decoder, vision tower and patch merger",
    fields: fields([
      .optional(
        "text", .record(textFields([rotarySections])), "sizes of the text decoder, from scratch"),
      .optional("vision", .record(visionFields), "sizes of the vision tower, from scratch"),
    ]),
    codes: [
      scratchSizes, inconsistentSizes, RunRequirements.notEnoughMemory, RunRequirements.noLibrary,
      RunRequirements.noBFloat16Products, LocalModelFiles.unusable, LockCodes.changed,
      LockCodes.missing, LockCodes.unreadable,
    ],
    check: { model, _ in check(model, needed: ["text", "vision", "tokenizer"]) })

  public static let textSchema = KindSchema(
    "qwen2", summary: "Qwen2 and Qwen2.5: the text decoder alone, for data without media",
    fields: fields([
      .optional("text", .record(textFields([])), "sizes of the text decoder, from scratch")
    ]), traits: [.textOnly],
    check: { model, _ in check(model, needed: ["text", "tokenizer"]) })

  /// - Parameter sizes: the keys that only one of them has.
  private static func fields(_ sizes: [FieldSchema]) -> [FieldSchema] {
    [
      .required(
        "from", .path(words: ["scratch"]),
        "a folder with Hugging Face files, or `scratch` for random weights"),
      .optional(
        "frozen_weights", .choice(WeightPrecision.allCases.map(\.rawValue)), default: "f32",
        "how matrices are kept that are not trained, of reference policies and below adapters: "
          + "`bf16` halves their memory and rounds them"
      ).affects(.numerics),
    ] + sizes + [
      .optional(
        "tokenizer",
        .record([
          .required("train_on", .reference(.data), "data whose texts the vocabulary is learned on"),
          .required("vocabulary_size", .integer(300...1_000_000), "tokens, special ones included"),
        ]), "a byte-level BPE tokenizer to be trained, from scratch"),
      .optional(
        "prompt",
        .record([
          .optional(
            "system", .string,
            "system message; when absent, the chat template's own"),
          .optional(
            "user", .template(.question), default: "\"{item.problem}\\n{item.options}\"",
            "user message, with holes such as `{item.problem}`; or a `.md` file with it"),
          .optional(
            "by_task", .record(PromptSpecification.taskFields),
            "what the user message ends with, by task type, on a line of its own"),
          .optional(
            "options_separator", .string, default: "\"\\n\"", "text between two options"),
        ]), default: "{}", "what a question looks like"),
    ]
  }

  /// Well above those of the largest models: the parameters can still be counted.
  private static let width = ValueType.integer(1...262_144)
  private static let depth = ValueType.integer(1...1024)

  /// - Parameter sections: the keys that only a decoder with a vision tower has.
  private static func textFields(_ sections: [FieldSchema]) -> [FieldSchema] {
    [
      .required("hidden_size", width, "width of the residual stream"),
      .required("layers", depth, "decoder layers"),
      .required("heads", width, "query heads"),
      .required("key_value_heads", width, "key and value heads"),
      .required("intermediate_size", width, "width of the MLP"),
      .optional(
        "rope_theta", .number(.positive), default: "1000000.0", "base of the rotary angles"),
    ] + sections + [
      .optional("tied_embeddings", .boolean, default: "true", "whether the head is the embedding")
    ]
  }

  private static let rotarySections = FieldSchema.required(
    "mrope_section", .list(width, count: 3...3),
    "rotary frequencies for time, height and width")

  private static let visionFields: [FieldSchema] = [
    .required("hidden_size", width, "width of the tower"),
    .required("depth", depth, "blocks"),
    .required("heads", width, "attention heads"),
    .required("intermediate_size", width, "width of the MLP"),
    .optional(
      "window_size", .quantity(.pixel, in: 1...100_000), default: "112 px",
      "side of an attention window"),
    .required(
      "full_attention_blocks", .list(.size), "blocks that attend over the whole frame"),
    .optional(
      "tokens_per_second", .number(.positive), default: "2.0", "temporal positions per second"),
  ]

  private static func check(_ model: Record, needed: [String]) -> [Diagnostic] {
    guard model.optionalPath("from") == .word("scratch") else { return [] }
    var found: [Diagnostic] = []
    for key in needed where !model.has(key) {
      found.append(
        Diagnostic(
          scratchSizes, "a model from scratch needs `model.\(key)`", at: model.span(of: "from"),
          help: "add `\(key): {…}`, or name a folder with Hugging Face files", path: "model.\(key)")
      )
    }
    do {
      _ = try sizes(model)
    } catch {
      found.append(
        Diagnostic(inconsistentSizes, "\(error)", at: model.span(of: "text"), path: "model.text"))
    }
    return found
  }

  /// What a model from scratch will be, but for its tokenizer; nil for a model from files, or when
  /// its sizes are in error.
  static func scratchConfiguration(_ model: Record) -> QwenConfiguration? {
    guard model.optionalPath("from") == .word("scratch") else { return nil }
    return try? sizes(model)
  }

  /// Nil where sizes are missing.
  private static func sizes(_ model: Record) throws -> QwenConfiguration? {
    guard let textRecord = model.optionalRecord("text"),
      let text = try? textConfiguration(textRecord)
    else { return nil }
    var vision: VisionConfiguration?
    if model.optionalString("architecture") != textSchema.name {
      guard let record = model.optionalRecord("vision"),
        let read = try? visionConfiguration(record, outHiddenSize: text.hiddenSize)
      else { return nil }
      vision = read
    }
    return try configuration(
      text, vision, vocabularySize: 1000,
      tokens: .init(visionStart: 1, visionEnd: 2, imagePad: 3, videoPad: 4))
  }

  static func textConfiguration(_ record: Record) throws -> TextConfiguration {
    TextConfiguration(
      hiddenSize: try record.integer("hidden_size"), layers: try record.integer("layers"),
      heads: try record.integer("heads"), keyValueHeads: try record.integer("key_value_heads"),
      intermediateSize: try record.integer("intermediate_size"), vocabularySize: 0,
      ropeTheta: try record.number("rope_theta"),
      mropeSection: record.has("mrope_section") ? try record.integers("mrope_section") : nil,
      tiedEmbeddings: try record.boolean("tied_embeddings"))
  }

  static func visionConfiguration(
    _ record: Record, outHiddenSize: Int
  ) throws -> VisionConfiguration {
    VisionConfiguration(
      depth: try record.integer("depth"), hiddenSize: try record.integer("hidden_size"),
      heads: try record.integer("heads"),
      intermediateSize: try record.integer("intermediate_size"),
      windowSize: try record.integer("window_size"),
      fullAttentionBlocks: try record.integers("full_attention_blocks"),
      outHiddenSize: outHiddenSize, tokensPerSecond: try record.number("tokens_per_second"))
  }

  /// The configuration of a model from scratch, once the tokenizer is known.
  public static func configuration(
    _ text: TextConfiguration, _ vision: VisionConfiguration?, vocabularySize: Int,
    tokens: SpecialTokens
  ) throws -> QwenConfiguration {
    var text = text
    text.vocabularySize = vocabularySize
    return try QwenConfiguration(text: text, vision: vision, tokens: tokens)
  }
}

extension ModelSpecification {
  /// What a model from scratch is, once the tokenizer is known; nil for one from files.
  public func configuration(
    vocabularySize: Int, tokens: SpecialTokens
  ) throws -> QwenConfiguration? {
    switch source {
    case .folder: nil
    case .scratch(let text, let vision, _):
      try QwenModelKind.configuration(
        text, vision, vocabularySize: vocabularySize, tokens: tokens)
    case .textScratch(let text, _):
      try QwenModelKind.configuration(text, nil, vocabularySize: vocabularySize, tokens: tokens)
    }
  }
}
