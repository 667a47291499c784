/// Bounds that keep every product of two sizes far from overflow, and that no real model reaches.
enum QwenLimits {
  static let width = 1...(1 << 20)
  static let layers = 1...4096
  static let vocabulary = 1...(1 << 24)
  static let positions = 1...(1 << 30)
}

/// Throws `ModelError.invalid` with `message` unless `condition` holds.
private func require(_ condition: Bool, _ message: @autoclosure () -> String) throws {
  if !condition { throw ModelError.invalid(message()) }
}

private func require(_ name: String, _ value: Int, in range: ClosedRange<Int>) throws {
  try require(
    range.contains(value),
    "\(name) is \(value), which is outside \(range.lowerBound) to \(range.upperBound)")
}

extension TextConfiguration {
  func check() throws {
    try require("hidden_size", hiddenSize, in: QwenLimits.width)
    try require("num_hidden_layers", layers, in: QwenLimits.layers)
    try require("num_attention_heads", heads, in: QwenLimits.width)
    try require("num_key_value_heads", keyValueHeads, in: QwenLimits.width)
    try require("intermediate_size", intermediateSize, in: QwenLimits.width)
    try require("vocab_size", vocabularySize, in: QwenLimits.vocabulary)
    try require("max_position_embeddings", maximumPositions, in: QwenLimits.positions)
    try require(
      hiddenSize % heads == 0,
      "hidden_size \(hiddenSize) is not a multiple of num_attention_heads \(heads)")
    try require(
      headDimension % 2 == 0,
      "a head is \(headDimension) wide (hidden_size \(hiddenSize) over \(heads) heads); "
        + "rotary positions need an even width")
    try require(
      heads % keyValueHeads == 0,
      "num_attention_heads \(heads) is not a multiple of num_key_value_heads \(keyValueHeads)")
    try require(
      ropeTheta.isFinite && ropeTheta > 0, "rope_theta is \(ropeTheta); it has to be positive")
    try require(
      rmsNormEpsilon.isFinite && rmsNormEpsilon > 0,
      "rms_norm_eps is \(rmsNormEpsilon); it has to be positive")
    if let section = mropeSection {
      try require(
        section.count == 3 && section.allSatisfy { (0...headDimension).contains($0) },
        "mrope_section \(section) has to be three counts: temporal, height, width")
      try require(
        section.reduce(0, +) == headDimension / 2,
        "mrope_section \(section) sums to \(section.reduce(0, +)), half of a head is "
          + "\(headDimension / 2)")
    }
  }
}

extension VisionConfiguration {
  func check(outHiddenSize textSize: Int) throws {
    let name = "vision_config."
    try require(name + "depth", depth, in: QwenLimits.layers)
    try require(name + "hidden_size", hiddenSize, in: QwenLimits.width)
    try require(name + "num_heads", heads, in: QwenLimits.width)
    try require(name + "intermediate_size", intermediateSize, in: QwenLimits.width)
    try require(name + "patch_size", patchSize, in: 1...1024)
    try require(name + "temporal_patch_size", temporalPatchSize, in: 1...64)
    try require(name + "spatial_merge_size", spatialMergeSize, in: 1...64)
    try require(name + "window_size", windowSize, in: QwenLimits.width)
    try require(name + "in_channels", inChannels, in: 1...64)
    try require(
      hiddenSize % heads == 0,
      "vision_config.hidden_size \(hiddenSize) is not a multiple of num_heads \(heads)")
    try require(
      headDimension % 4 == 0,
      "a vision head is \(headDimension) wide; two-dimensional rotary positions need a multiple "
        + "of 4")
    try require(
      windowSize % (patchSize * spatialMergeSize) == 0,
      "vision_config.window_size \(windowSize) is not a multiple of patch_size \(patchSize) times "
        + "spatial_merge_size \(spatialMergeSize)")
    try require(
      fullAttentionBlocks.allSatisfy { (0..<depth).contains($0) },
      "vision_config.fullatt_block_indexes \(fullAttentionBlocks) names a block that does not "
        + "exist: depth is \(depth)")
    try require(
      outHiddenSize == textSize,
      "vision_config.out_hidden_size \(outHiddenSize) differs from hidden_size \(textSize)")
    try require(
      tokensPerSecond > 0 && tokensPerSecond <= 1000,
      "vision_config.tokens_per_second is \(tokensPerSecond); it has to be positive, and at most 1000"
    )
  }
}

extension SpecialTokens {
  func check(vocabularySize: Int, hasVision: Bool) throws {
    let all: [(String, Int?)] = [
      ("bos_token_id", beginOfText), ("eos_token_id", endOfText), ("pad_token_id", pad),
      ("vision_start_token_id", visionStart), ("vision_end_token_id", visionEnd),
      ("image_token_id", imagePad), ("video_token_id", videoPad),
    ]
    for case (let name, let id?) in all {
      try require(
        (0..<vocabularySize).contains(id),
        "\(name) \(id) is outside the vocabulary of \(vocabularySize)")
    }
    guard hasVision else { return }
    try require(
      visionStart != nil && imagePad != nil && videoPad != nil,
      "a vision tower needs vision_start_token_id, image_token_id and video_token_id")
    try require(
      Set([visionStart, imagePad, videoPad]).count == 3,
      "vision_start_token_id, image_token_id and video_token_id have to differ")
  }
}
