/// A `tokenizer.json`, checked: what `Tokenizer` is built from.
struct TokenizerDefinition {
  /// The spelling of each token, by identifier.
  private(set) var contents: [String] = []
  /// Identifiers by the UTF-8 of the spelling. Not by `String`, whose equality would merge
  /// spellings that are canonically equivalent.
  private(set) var ids: [[UInt8]: Int] = [:]
  private(set) var added: [AddedTokens.Token] = []
  let pairs: BytePairs
  let normalizes: Bool

  /// More tokens than any model has; bounds what a hostile file can make us allocate.
  private static let maximumTokens = QwenLimits.vocabulary.upperBound

  init(_ top: JSONNode) throws {
    normalizes = try TokenizerDefinition.normalizes(top)
    try TokenizerDefinition.checkPreTokenizer(try top.required("pre_tokenizer"))
    let decoder = try top.required("decoder")
    guard try decoder.required("type").string() == "ByteLevel" else {
      throw decoder.unsupported("a decoder other than ByteLevel")
    }
    let model = try top.required("model")
    try TokenizerDefinition.checkModel(model)

    let vocabulary = try model.required("vocab").members()
    for (content, node) in vocabulary {
      ids[Array(content.utf8)] = try node.integer(in: 0...Self.maximumTokens)
    }
    added = try TokenizerDefinition.added(top["added_tokens"]?.elements() ?? [], ids: &ids)
    contents = try TokenizerDefinition.contents(ids, model)
    pairs = try TokenizerDefinition.pairs(model, ids: ids)
  }

  private static func normalizes(_ top: JSONNode) throws -> Bool {
    guard let normalizer = top["normalizer"] else { return false }
    guard try normalizer.required("type").string() == "NFC" else {
      throw normalizer.unsupported("a normalizer other than NFC")
    }
    return true
  }

  private static func checkPreTokenizer(_ node: JSONNode) throws {
    guard try node.required("type").string() == "Sequence",
      case let steps = try node.required("pretokenizers").elements(), steps.count == 2,
      try steps[0].required("type").string() == "Split",
      try steps[1].required("type").string() == "ByteLevel",
      try steps[0].required("behavior").string() == "Isolated",
      try steps[0]["invert"]?.boolean() ?? false == false,
      try steps[1]["add_prefix_space"]?.boolean() ?? true == false,
      try steps[1]["use_regex"]?.boolean() ?? true == false
    else {
      throw node.unsupported("pre-tokenization other than Qwen's: Split, then ByteLevel")
    }
    let pattern = try steps[0].required("pattern").required("Regex")
    guard try pattern.string() == PieceSplitter.published else {
      throw pattern.unsupported("an expression other than Qwen's")
    }
  }

  private static func checkModel(_ model: JSONNode) throws {
    let type = try model.required("type")
    guard try type.string() == "BPE" else {
      throw type.unsupported("the model \"\(try type.string())\"; BPE is")
    }
    for key in ["dropout", "unk_token"] {
      if let node = model[key] { throw node.unsupported("a value other than null") }
    }
    for key in ["continuing_subword_prefix", "end_of_word_suffix"] {
      if let node = model[key], try !node.string().isEmpty {
        throw node.unsupported("a value other than null")
      }
    }
    if let node = model["byte_fallback"], try node.boolean() { throw node.unsupported("true") }
  }

  private static func added(
    _ nodes: [JSONNode], ids: inout [[UInt8]: Int]
  ) throws -> [AddedTokens.Token] {
    var tokens: [AddedTokens.Token] = []
    for node in nodes {
      for key in ["single_word", "lstrip", "rstrip"] {
        if let flag = node[key], try flag.boolean() { throw flag.unsupported("true") }
      }
      let content = try node.required("content").string()
      guard !content.isEmpty else { throw node.failure("an added token without text") }
      let id = try node.required("id").integer(in: 0...maximumTokens)
      if let known = ids.updateValue(id, forKey: Array(content.utf8)), known != id {
        throw node.failure("\"\(content)\" is given both the identifiers \(known) and \(id)")
      }
      tokens.append(
        AddedTokens.Token(
          id: id, content: content, isSpecial: try node["special"]?.boolean() ?? false,
          isNormalized: try node["normalized"]?.boolean() ?? false))
    }
    return tokens
  }

  /// The spellings by identifier. The identifiers have to be 0, 1, 2 and so on.
  private static func contents(_ ids: [[UInt8]: Int], _ model: JSONNode) throws -> [String] {
    var contents = [String?](repeating: nil, count: ids.count)
    for (spelling, id) in ids {
      let content = String(decoding: spelling, as: UTF8.self)
      guard contents.indices.contains(id) else {
        throw model.failure(
          "the identifier \(id) of \"\(content)\" leaves a hole: there are \(ids.count) tokens")
      }
      if let other = contents[id] {
        let both = [other, content].sorted()
        throw model.failure(
          "\"\(both[0])\" and \"\(both[1])\" have the same identifier \(id)")
      }
      contents[id] = content
    }
    return contents.compactMap { $0 }
  }

  private static func pairs(_ model: JSONNode, ids: [[UInt8]: Int]) throws -> BytePairs {
    let tokenOfByte = try ByteAlphabet.characters.enumerated().map { byte, character in
      guard let id = ids[Array(String(character).utf8)] else {
        throw model.failure("the vocabulary has no token for the byte \(byte)")
      }
      return Int32(id)
    }
    var merges: [BytePairs.Pair: BytePairs.Merge] = [:]
    for (rank, node) in try model.required("merges").elements().enumerated() {
      let (left, right) = try mergedSpellings(node)
      guard let leftID = ids[left], let rightID = ids[right], let result = ids[left + right] else {
        throw node.failure(
          "merges \"\(String(decoding: left, as: UTF8.self))\" and "
            + "\"\(String(decoding: right, as: UTF8.self))\"; one of them or what they make is not "
            + "in the vocabulary")
      }
      // A pair that is listed twice keeps its later rank, as in the reference.
      merges[.init(left: Int32(leftID), right: Int32(rightID))] =
        .init(rank: Int32(rank), result: Int32(result))
    }
    let ignoresMerges = try model["ignore_merges"]?.boolean() ?? false
    let wholeTokens: [[UInt8]: Int32]? =
      ignoresMerges
      ? Dictionary(
        ids.compactMap { spelling, id in
          ByteAlphabet.bytes(of: String(decoding: spelling, as: UTF8.self)).map { ($0, Int32(id)) }
        }, uniquingKeysWith: min) : nil
    return BytePairs(tokenOfByte: tokenOfByte, merges: merges, wholeTokens: wholeTokens)
  }

  /// The two sides of a merge: `["Ġ", "t"]`, or `"Ġ t"` in older files.
  private static func mergedSpellings(_ node: JSONNode) throws -> ([UInt8], [UInt8]) {
    if case .string(let text) = node.value {
      let sides = text.utf8.split(separator: UInt8(ascii: " "), omittingEmptySubsequences: false)
      guard sides.count == 2 else { throw node.failure("\"\(text)\" is not two tokens") }
      return (Array(sides[0]), Array(sides[1]))
    }
    let sides = try node.elements()
    guard sides.count == 2 else { throw node.failure("a merge has two sides, not \(sides.count)") }
    return (Array(try sides[0].string().utf8), Array(try sides[1].string().utf8))
  }
}
