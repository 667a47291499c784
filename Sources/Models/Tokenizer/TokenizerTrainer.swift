import Foundation

/// Trains a byte-level byte-pair tokenizer with Qwen's pre-tokenization on a set of texts.
///
/// The identifiers are the 256 bytes (in the order of their characters), then the merged tokens,
/// then the control tokens, then `words`. The same texts give the same bytes.
public struct TokenizerTrainer: Sendable {
  /// Qwen2.5's control tokens, in the order of their identifiers.
  public static let qwenSpecials = [
    "<|endoftext|>", "<|im_start|>", "<|im_end|>", "<|object_ref_start|>", "<|object_ref_end|>",
    "<|box_start|>", "<|box_end|>", "<|quad_start|>", "<|quad_end|>", "<|vision_start|>",
    "<|vision_end|>", "<|vision_pad|>", "<|image_pad|>", "<|video_pad|>",
  ]

  private static let endOfText = "<|endoftext|>"
  private static let endOfTurn = "<|im_end|>"

  /// Tokens in all, added ones included. Fewer come out when the texts have nothing left to merge.
  public var vocabularySize: Int
  /// Control tokens: recognized in text, left out of a decoding that skips them.
  public var specials: [String]
  /// Texts that are one token wherever they stand, and stay in every decoding: a segment's tags.
  public var words: [String]

  /// - Throws: `ModelError.invalid` when the vocabulary is too small for the bytes and the added
  ///   tokens, or an added token is empty, given twice or not of visible ASCII characters.
  public init(
    vocabularySize: Int, specials: [String] = qwenSpecials, words: [String] = []
  ) throws {
    let added = specials + words
    let minimum = 256 + added.count
    guard (minimum...QwenLimits.vocabulary.upperBound).contains(vocabularySize) else {
      throw ModelError.invalid(
        "a vocabulary of \(vocabularySize) tokens: 256 bytes and \(added.count) added tokens need "
          + "at least \(minimum)")
    }
    var seen = Set<[UInt8]>()
    for token in added {
      guard !token.isEmpty, seen.insert(Array(token.utf8)).inserted else {
        throw ModelError.invalid("the added token \"\(token)\" is empty or given twice")
      }
      guard ByteAlphabet.bytes(of: token) == Array(token.utf8), token.utf8.count > 1 else {
        throw ModelError.invalid(
          "the added token \"\(token)\" has to be of two or more visible ASCII characters")
      }
    }
    self.vocabularySize = vocabularySize
    self.specials = specials
    self.words = words
  }

  /// Learns merges from `texts` and gives the files that `Tokenizer` and the `tokenizers` library
  /// read. Added tokens inside the texts are not learned from.
  public func train(on texts: some Sequence<String>) throws -> TokenizerFiles {
    let splitter = try PieceSplitter()
    let added = AddedTokens(
      (specials + words).enumerated().map {
        .init(id: $0.offset, content: $0.element, isSpecial: true, isNormalized: false)
      })
    var counts: [[UInt8]: Int] = [:]
    for text in texts {
      let utf8 = Array(text.utf8)
      for case .text(let range) in added.split(utf8) {
        let normalized = Array(
          String(decoding: utf8[range], as: UTF8.self).precomposedStringWithCanonicalMapping.utf8)
        normalized.withUnsafeBufferPointer { buffer in
          splitter.forEachPiece(of: buffer) { counts[Array($0), default: 0] += 1 }
        }
      }
    }
    var merger = MergeLearner(counts)
    merger.learn(tokens: vocabularySize - specials.count - words.count)
    return files(tokens: merger.tokens, merges: merger.merges)
  }

  private func files(tokens: [String], merges: [(String, String)]) -> TokenizerFiles {
    let firstAdded = tokens.count
    let added = (specials + words).enumerated().map { index, content in
      (id: firstAdded + index, content: content, isSpecial: index < specials.count)
    }
    func flags(_ isSpecial: Bool) -> [JSONValue.Member] {
      [
        .init("single_word", .boolean(false)), .init("lstrip", .boolean(false)),
        .init("rstrip", .boolean(false)), .init("normalized", .boolean(false)),
        .init("special", .boolean(isSpecial)),
      ]
    }
    let tokenizer = JSONValue.object([
      .init("version", .string("1.0")),
      .init("truncation", .null),
      .init("padding", .null),
      .init(
        "added_tokens",
        .array(
          added.map { token in
            .object(
              [.init("id", .integer(token.id)), .init("content", .string(token.content))]
                + flags(token.isSpecial))
          })),
      .init("normalizer", .object([.init("type", .string("NFC"))])),
      .init("pre_tokenizer", Self.preTokenizer),
      .init("post_processor", Self.byteLevel),
      .init("decoder", Self.byteLevel),
      .init(
        "model",
        .object([
          .init("type", .string("BPE")), .init("dropout", .null), .init("unk_token", .null),
          .init("continuing_subword_prefix", .null), .init("end_of_word_suffix", .null),
          .init("fuse_unk", .boolean(false)), .init("byte_fallback", .boolean(false)),
          .init("ignore_merges", .boolean(false)),
          .init(
            "vocab",
            .object(tokens.enumerated().map { .init($0.element, .integer($0.offset)) })),
          .init("merges", .array(merges.map { .array([.string($0.0), .string($0.1)]) })),
        ])),
    ])
    func named(_ token: String) -> JSONValue { specials.contains(token) ? .string(token) : .null }
    let settings = JSONValue.object([
      .init("add_prefix_space", .boolean(false)),
      .init(
        "added_tokens_decoder",
        .object(
          added.map { token in
            .init(
              String(token.id),
              .object([.init("content", .string(token.content))] + flags(token.isSpecial)))
          })),
      .init(
        "additional_special_tokens",
        .array(specials.filter { $0 != Self.endOfText }.map { .string($0) })),
      .init("bos_token", .null),
      .init("chat_template", .string(ChatTemplate.jinja)),
      .init("clean_up_tokenization_spaces", .boolean(false)),
      .init("eos_token", named(Self.endOfTurn)),
      .init("errors", .string("replace")),
      .init("model_max_length", .integer(32768)),
      .init("pad_token", named(Self.endOfText)),
      .init("split_special_tokens", .boolean(false)),
      .init("tokenizer_class", .string("Qwen2Tokenizer")),
      .init("unk_token", .null),
    ])
    return TokenizerFiles(
      tokenizer: Data(tokenizer.text.utf8), settings: Data(settings.text.utf8))
  }

  private static let byteLevel = JSONValue.object([
    .init("type", .string("ByteLevel")), .init("add_prefix_space", .boolean(false)),
    .init("trim_offsets", .boolean(false)), .init("use_regex", .boolean(false)),
  ])

  private static let preTokenizer = JSONValue.object([
    .init("type", .string("Sequence")),
    .init(
      "pretokenizers",
      .array([
        .object([
          .init("type", .string("Split")),
          .init("pattern", .object([.init("Regex", .string(PieceSplitter.published))])),
          .init("behavior", .string("Isolated")),
          .init("invert", .boolean(false)),
        ]),
        byteLevel,
      ])),
  ])
}
