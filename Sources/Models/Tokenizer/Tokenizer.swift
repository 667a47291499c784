import Foundation

/// A byte-level byte-pair tokenizer of the Qwen family, read from `tokenizer.json`; its identifiers
/// equal those of the `tokenizers` library.
///
/// Text is cut at added tokens, normalized (NFC), cut into pieces by Qwen's expression, and each
/// piece's bytes are merged into tokens. Every text has an encoding; decoding all tokens of a text
/// gives its normalized form.
public struct Tokenizer: Sendable {
  /// A token that is recognized in text as it is written.
  public struct Special: Sendable, Hashable {
    public let id: Int
    public let content: String
    /// Whether it is control text, left out by `decode(_:skippingSpecials:)`.
    public let isSpecial: Bool
  }

  /// The spelling in the file and the bytes of every token, by identifier.
  let contents: [String]
  private let tokenBytes: [[UInt8]]
  private let ids: [[UInt8]: Int]
  /// All added tokens, by identifier.
  public let specials: [Special]
  private let skipped: Set<Int>

  private let splitter: PieceSplitter
  private let pairs: BytePairs
  private let normalizes: Bool
  /// Looked for before normalization, and after it; without the control tokens in `textOnly`.
  private let added: (raw: AddedTokens, normalized: AddedTokens)
  private let textOnly: (raw: AddedTokens, normalized: AddedTokens)

  /// Reads a `tokenizer.json`.
  ///
  /// - Throws: `ModelError` that names the file and the key; `.unsupported` for another kind of
  ///   tokenizer.
  public init(contentsOf url: URL) throws {
    try self.init(TokenizerDefinition(JSONNode(contentsOf: url)))
  }

  public init(_ files: TokenizerFiles) throws {
    try self.init(
      TokenizerDefinition(JSONNode(files.tokenizer, path: TokenizerFiles.tokenizerName)))
  }

  init(_ definition: TokenizerDefinition) throws {
    contents = definition.contents
    tokenBytes = definition.contents.map { ByteAlphabet.bytes(of: $0) ?? Array($0.utf8) }
    ids = definition.ids
    specials = definition.added.map {
      Special(id: $0.id, content: $0.content, isSpecial: $0.isSpecial)
    }
    skipped = Set(definition.added.filter(\.isSpecial).map(\.id))
    splitter = try PieceSplitter()
    pairs = definition.pairs
    normalizes = definition.normalizes
    func tables(_ tokens: [AddedTokens.Token]) -> (raw: AddedTokens, normalized: AddedTokens) {
      (AddedTokens(tokens.filter { !$0.isNormalized }), AddedTokens(tokens.filter(\.isNormalized)))
    }
    added = tables(definition.added)
    textOnly = tables(definition.added.filter { !$0.isSpecial })
  }

  /// Tokens, added ones included; identifiers are 0 up to this.
  public var vocabularySize: Int { contents.count }

  /// The identifiers of `text`, added tokens recognized.
  public func encode(_ text: String) -> [Int] { encode(text, recognisingSpecials: true) }

  /// The identifiers of `text`. Without `recognisingSpecials` a control token's spelling inside the
  /// text is only text: what a model or a stranger wrote cannot open a new turn.
  public func encode(_ text: String, recognisingSpecials: Bool) -> [Int] {
    let tables = recognisingSpecials ? added : textOnly
    let utf8 = Array(text.utf8)
    var result: [Int] = []
    for part in tables.raw.split(utf8) {
      switch part {
      case .token(let id): result.append(id)
      case .text(let range):
        let normalized = normalize(utf8[range])
        for part in tables.normalized.split(normalized) {
          switch part {
          case .token(let id): result.append(id)
          case .text(let range): encode(normalized[range], into: &result)
          }
        }
      }
    }
    return result
  }

  private func normalize(_ utf8: ArraySlice<UInt8>) -> [UInt8] {
    guard normalizes, utf8.contains(where: { $0 >= 0x80 }) else { return Array(utf8) }
    return Array(String(decoding: utf8, as: UTF8.self).precomposedStringWithCanonicalMapping.utf8)
  }

  private func encode(_ text: ArraySlice<UInt8>, into result: inout [Int]) {
    text.withUnsafeBufferPointer { text in
      splitter.forEachPiece(of: text) { piece in
        for id in pairs.tokens(of: Array(piece)) { result.append(Int(id)) }
      }
    }
  }

  /// The text of `ids`. Bytes that are not UTF-8 become U+FFFD, one for each longest broken
  /// sequence; identifiers outside the vocabulary are left out.
  public func decode(_ ids: [Int], skippingSpecials: Bool = false) -> String {
    var bytes: [UInt8] = []
    for id in ids where !(skippingSpecials && skipped.contains(id)) {
      bytes += self.bytes(of: id)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// The bytes that the token stands for; none for an identifier outside the vocabulary.
  public func bytes(of id: Int) -> [UInt8] {
    tokenBytes.indices.contains(id) ? tokenBytes[id] : []
  }

  /// The identifier of a token by its spelling in the file: `<|im_end|>`, or `Ġred` for " red".
  public func id(of token: String) -> Int? { ids[Array(token.utf8)] }

  /// Whether the token is control text.
  public func isSpecial(_ id: Int) -> Bool { skipped.contains(id) }
}
