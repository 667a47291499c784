/// The sizes of a Qwen2.5 or Qwen2.5-VL model, as its `config.json` states them.
///
/// A value of this type is consistent: the initializer refuses sizes that no model can have.
/// Text-only Qwen2 and Qwen2.5 is the same architecture with `vision` nil.
public struct QwenConfiguration: Sendable, Hashable {
  public let text: TextConfiguration
  public let vision: VisionConfiguration?
  public let tokens: SpecialTokens

  /// - Throws: `ModelError.invalid` that names the size that contradicts another.
  public init(text: TextConfiguration, vision: VisionConfiguration?, tokens: SpecialTokens) throws {
    self.text = text
    self.vision = vision
    self.tokens = tokens
    try text.check()
    try vision?.check(outHiddenSize: text.hiddenSize)
    try tokens.check(vocabularySize: text.vocabularySize, hasVision: vision != nil)
    guard (vision != nil) == (text.mropeSection != nil) else {
      throw ModelError.invalid(
        vision == nil
          ? "mrope_section is given, but there is no vision tower"
          : "a vision tower needs mrope_section")
    }
  }
}

/// The text decoder: grouped-query attention, rotary positions, SwiGLU, RMSNorm
/// (Qwen2.5 technical report, arXiv:2412.15115).
public struct TextConfiguration: Sendable, Hashable {
  public var hiddenSize: Int
  public var layers: Int
  public var heads: Int
  public var keyValueHeads: Int
  public var intermediateSize: Int
  public var vocabularySize: Int
  public var ropeTheta: Double
  /// How many rotary frequencies take the temporal, the height and the width position, in this
  /// order; their sum is `headDimension / 2`. Nil without a vision tower.
  public var mropeSection: [Int]?
  public var rmsNormEpsilon: Double
  /// Whether the output projection is the embedding table.
  public var tiedEmbeddings: Bool
  public var maximumPositions: Int

  public init(
    hiddenSize: Int, layers: Int, heads: Int, keyValueHeads: Int, intermediateSize: Int,
    vocabularySize: Int, ropeTheta: Double = 1_000_000, mropeSection: [Int]? = nil,
    rmsNormEpsilon: Double = 1e-6, tiedEmbeddings: Bool = false, maximumPositions: Int = 32768
  ) {
    self.hiddenSize = hiddenSize
    self.layers = layers
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.intermediateSize = intermediateSize
    self.vocabularySize = vocabularySize
    self.ropeTheta = ropeTheta
    self.mropeSection = mropeSection
    self.rmsNormEpsilon = rmsNormEpsilon
    self.tiedEmbeddings = tiedEmbeddings
    self.maximumPositions = maximumPositions
  }

  /// The width of one attention head.
  public var headDimension: Int { hiddenSize / heads }
  /// The width of all key heads together, and of all value heads.
  public var keyValueSize: Int { keyValueHeads * headDimension }
}

/// The vision tower: a transformer over patches with windowed attention and a patch merger
/// (Qwen2.5-VL technical report, arXiv:2502.13923, section 2.1).
public struct VisionConfiguration: Sendable, Hashable {
  public var depth: Int
  public var hiddenSize: Int
  public var heads: Int
  public var intermediateSize: Int
  /// Side of a patch in pixels.
  public var patchSize: Int
  /// Frames in a patch.
  public var temporalPatchSize: Int
  /// Side, in patches, of the square that the merger makes into one token.
  public var spatialMergeSize: Int
  /// Side of an attention window in pixels.
  public var windowSize: Int
  /// Indices of the blocks that attend over the whole frame.
  public var fullAttentionBlocks: [Int]
  /// Width of the merged tokens: the text decoder's hidden size.
  public var outHiddenSize: Int
  public var inChannels: Int
  /// Temporal positions per second of video.
  public var tokensPerSecond: Double

  public init(
    depth: Int, hiddenSize: Int, heads: Int, intermediateSize: Int, patchSize: Int = 14,
    temporalPatchSize: Int = 2, spatialMergeSize: Int = 2, windowSize: Int = 112,
    fullAttentionBlocks: [Int], outHiddenSize: Int, inChannels: Int = 3,
    tokensPerSecond: Double = 2
  ) {
    self.depth = depth
    self.hiddenSize = hiddenSize
    self.heads = heads
    self.intermediateSize = intermediateSize
    self.patchSize = patchSize
    self.temporalPatchSize = temporalPatchSize
    self.spatialMergeSize = spatialMergeSize
    self.windowSize = windowSize
    self.fullAttentionBlocks = fullAttentionBlocks
    self.outHiddenSize = outHiddenSize
    self.inChannels = inChannels
    self.tokensPerSecond = tokensPerSecond
  }

  /// The width of one attention head.
  public var headDimension: Int { hiddenSize / heads }
  /// Numbers in one patch: `inChannels * temporalPatchSize * patchSize * patchSize`.
  public var patchElements: Int { inChannels * temporalPatchSize * patchSize * patchSize }
  /// Patches that the merger makes into one token.
  public var mergedPatches: Int { spatialMergeSize * spatialMergeSize }
  /// Width of the merger's input and of its hidden layer.
  public var mergerSize: Int { hiddenSize * mergedPatches }
}

/// The identifiers that the configuration gives to special tokens; nil where it names none.
public struct SpecialTokens: Sendable, Hashable {
  /// `bos_token_id`: `<|endoftext|>`.
  public var beginOfText: Int?
  /// `eos_token_id`: the token that ends a response, `<|im_end|>` for instruction models.
  public var endOfText: Int?
  /// `pad_token_id`.
  public var pad: Int?
  public var visionStart: Int?
  public var visionEnd: Int?
  public var imagePad: Int?
  public var videoPad: Int?

  public init(
    beginOfText: Int? = nil, endOfText: Int? = nil, pad: Int? = nil, visionStart: Int? = nil,
    visionEnd: Int? = nil, imagePad: Int? = nil, videoPad: Int? = nil
  ) {
    self.beginOfText = beginOfText
    self.endOfText = endOfText
    self.pad = pad
    self.visionStart = visionStart
    self.visionEnd = visionEnd
    self.imagePad = imagePad
    self.videoPad = videoPad
  }
}
