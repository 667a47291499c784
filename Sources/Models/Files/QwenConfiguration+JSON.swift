import Foundation

extension QwenConfiguration {
  /// Reads `config.json` in either layout in the wild: flat, as the published models have it (with
  /// `rope_theta` and `rope_scaling` beside the sizes), or nested (`text_config` with
  /// `rope_parameters`), as newer libraries write it.
  ///
  /// - Parameter url: the file, or the folder that holds it.
  /// - Throws: `ModelError` that names the file and the key.
  public init(contentsOf url: URL) throws {
    let isFolder = (try? url.resourceValues(forKeys: [.isDirectoryKey]))?.isDirectory ?? false
    let file = isFolder ? url.appendingPathComponent("config.json") : url
    try self.init(JSONNode(contentsOf: file))
  }

  init(_ top: JSONNode) throws {
    let type = try top.required("model_type")
    guard ["qwen2", "qwen2_5_vl"].contains(try type.string()) else {
      throw type.unsupported("the architecture \"\(try type.string())\"; qwen2 and qwen2_5_vl are")
    }
    let body = top["text_config"] ?? top
    let vision = try top["vision_config"].map { try VisionConfiguration($0) }
    let hasTower = try type.string() == "qwen2_5_vl"
    guard (vision != nil) == hasTower else {
      throw type.failure(hasTower ? "vision_config is missing" : "qwen2 has no vision_config")
    }
    let tokens = try SpecialTokens(top: top, body: body)
    do {
      try self.init(
        text: TextConfiguration(top: top, body: body, hasVision: hasTower), vision: vision,
        tokens: tokens)
    } catch ModelError.invalid(let reason) {
      throw ModelError.malformed(path: top.path, location: "the sizes", reason: reason)
    }
  }

  /// Writes `config.json` in the flat, published layout, atomically.
  public func write(to url: URL) throws {
    try AtomicFile.write(Data(json.text.utf8), to: url)
  }

  var json: JSONValue {
    var members: [JSONValue.Member] = [
      .init(
        "architectures",
        .array([
          .string(vision == nil ? "Qwen2ForCausalLM" : "Qwen2_5_VLForConditionalGeneration")
        ])),
      .init("attention_dropout", .number(0)),
    ]
    members += tokens.members
    members += [
      .init("hidden_act", .string("silu")),
      .init("hidden_size", .integer(text.hiddenSize)),
      .init("initializer_range", .number(0.02)),
      .init("intermediate_size", .integer(text.intermediateSize)),
      .init("max_position_embeddings", .integer(text.maximumPositions)),
      .init("model_type", .string(vision == nil ? "qwen2" : "qwen2_5_vl")),
      .init("num_attention_heads", .integer(text.heads)),
      .init("num_hidden_layers", .integer(text.layers)),
      .init("num_key_value_heads", .integer(text.keyValueHeads)),
      .init("rms_norm_eps", .number(text.rmsNormEpsilon)),
      .init("rope_theta", .number(text.ropeTheta)),
      .init("tie_word_embeddings", .boolean(text.tiedEmbeddings)),
      .init("torch_dtype", .string("float32")),
      .init("use_cache", .boolean(true)),
      .init("use_sliding_window", .boolean(false)),
      .init("vocab_size", .integer(text.vocabularySize)),
    ]
    if let section = text.mropeSection {
      members.append(
        .init(
          "rope_scaling",
          .object([
            .init("type", .string("mrope")),
            .init("mrope_section", .array(section.map { .integer($0) })),
          ])))
    }
    if let vision { members.append(.init("vision_config", vision.json)) }
    return .object(members)
  }
}

extension TextConfiguration {
  fileprivate init(top: JSONNode, body: JSONNode, hasVision: Bool) throws {
    try refuseUnsupported(body, activation: "silu")
    if try body["use_sliding_window"]?.boolean() ?? false {
      throw body.unsupported("use_sliding_window")
    }
    let hiddenSize = try body.required("hidden_size").integer(in: QwenLimits.width)
    let heads = try body.required("num_attention_heads").integer(in: QwenLimits.width)
    if let head = body["head_dim"] {
      let width = try head.integer(in: QwenLimits.width)
      guard width * heads == hiddenSize else {
        throw head.unsupported("a head width other than hidden_size / num_attention_heads")
      }
    }
    // `rope_scaling` is the published name, `rope_parameters` the newer one, with theta inside.
    let rope = body["rope_parameters"] ?? body["rope_scaling"]
    if let kind = rope?["rope_type"] ?? rope?["type"] {
      guard ["default", "mrope"].contains(try kind.string()) else {
        throw kind.unsupported("rotary positions of the type \"\(try kind.string())\"")
      }
    }
    let theta = body["rope_theta"] ?? rope?["rope_theta"]
    let section = try rope?["mrope_section"]?.elements().map {
      try $0.integer(in: 0...QwenLimits.width.upperBound)
    }
    self.init(
      hiddenSize: hiddenSize,
      layers: try body.required("num_hidden_layers").integer(in: QwenLimits.layers),
      heads: heads,
      keyValueHeads: try body["num_key_value_heads"]?.integer(in: QwenLimits.width) ?? heads,
      intermediateSize: try body.required("intermediate_size").integer(in: QwenLimits.width),
      vocabularySize: try body.required("vocab_size").integer(in: QwenLimits.vocabulary),
      ropeTheta: try theta?.number() ?? 1_000_000,
      mropeSection: hasVision ? section : nil,
      rmsNormEpsilon: try body.required("rms_norm_eps").number(),
      tiedEmbeddings: try (top["tie_word_embeddings"] ?? body["tie_word_embeddings"])?.boolean()
        ?? false,
      maximumPositions: try body["max_position_embeddings"]?.integer(in: QwenLimits.positions)
        ?? 32768)
  }
}

extension VisionConfiguration {
  fileprivate init(_ node: JSONNode) throws {
    try refuseUnsupported(node, activation: "silu")
    if let theta = node["rope_parameters"]?["rope_theta"], try theta.number() != 10_000 {
      throw theta.unsupported("a rotary base other than 10000 in the vision tower")
    }
    let width = QwenLimits.width
    self.init(
      depth: try node.required("depth").integer(in: QwenLimits.layers),
      hiddenSize: try node.required("hidden_size").integer(in: width),
      heads: try node.required("num_heads").integer(in: width),
      intermediateSize: try node.required("intermediate_size").integer(in: width),
      patchSize: try node.required("patch_size").integer(in: width),
      temporalPatchSize: try node["temporal_patch_size"]?.integer(in: width) ?? 2,
      spatialMergeSize: try node["spatial_merge_size"]?.integer(in: width) ?? 2,
      windowSize: try node.required("window_size").integer(in: width),
      fullAttentionBlocks: try node.required("fullatt_block_indexes").elements().map {
        try $0.integer(in: 0...QwenLimits.layers.upperBound)
      },
      outHiddenSize: try node.required("out_hidden_size").integer(in: width),
      // The published files say `in_chans`, newer libraries `in_channels`.
      inChannels: try (node["in_channels"] ?? node["in_chans"])?.integer(in: width) ?? 3,
      tokensPerSecond: try node["tokens_per_second"]?.number() ?? 4)
  }

  fileprivate var json: JSONValue {
    .object([
      .init("depth", .integer(depth)),
      .init("fullatt_block_indexes", .array(fullAttentionBlocks.map { .integer($0) })),
      .init("hidden_act", .string("silu")),
      .init("hidden_size", .integer(hiddenSize)),
      .init("in_channels", .integer(inChannels)),
      .init("in_chans", .integer(inChannels)),
      .init("intermediate_size", .integer(intermediateSize)),
      .init("model_type", .string("qwen2_5_vl")),
      .init("num_heads", .integer(heads)),
      .init("out_hidden_size", .integer(outHiddenSize)),
      .init("patch_size", .integer(patchSize)),
      .init("spatial_merge_size", .integer(spatialMergeSize)),
      .init("spatial_patch_size", .integer(patchSize)),
      .init("temporal_patch_size", .integer(temporalPatchSize)),
      .init(
        "tokens_per_second",
        Int(exactly: tokensPerSecond).map { .integer($0) }
          ?? .number(tokensPerSecond)),
      .init("window_size", .integer(windowSize)),
    ])
  }
}

extension SpecialTokens {
  fileprivate init(top: JSONNode, body: JSONNode) throws {
    func id(_ key: String) throws -> Int? {
      guard var node = top[key] ?? body[key] else { return nil }
      // `eos_token_id` may be a list; its first entry ends a response.
      if case .array = node.value, let first = try node.elements().first { node = first }
      return try node.integer(in: 0...QwenLimits.vocabulary.upperBound)
    }
    self.init(
      beginOfText: try id("bos_token_id"), endOfText: try id("eos_token_id"),
      pad: try id("pad_token_id"), visionStart: try id("vision_start_token_id"),
      visionEnd: try id("vision_end_token_id"), imagePad: try id("image_token_id"),
      videoPad: try id("video_token_id"))
  }

  fileprivate var members: [JSONValue.Member] {
    let ids: [(String, Int?)] = [
      ("bos_token_id", beginOfText), ("eos_token_id", endOfText), ("pad_token_id", pad),
      ("vision_start_token_id", visionStart), ("vision_end_token_id", visionEnd),
      ("image_token_id", imagePad), ("video_token_id", videoPad),
    ]
    return ids.compactMap { name, id in id.map { .init(name, .integer($0)) } }
  }
}

/// Names what a configuration asks for beyond the published architecture.
private func refuseUnsupported(_ node: JSONNode, activation expected: String) throws {
  if let activation = node["hidden_act"], try activation.string() != expected {
    throw activation.unsupported("the activation \"\(try activation.string())\"; \(expected) is")
  }
}
