import Foundation
import TestSupport
import Testing

@testable import Models

@Suite struct QwenConfigurationTests {
  /// `config.json` of Qwen2.5-VL-7B-Instruct as published (flat layout).
  static let published = """
    {"architectures": ["Qwen2_5_VLForConditionalGeneration"], "attention_dropout": 0.0,
     "bos_token_id": 151643, "eos_token_id": 151645, "vision_start_token_id": 151652,
     "vision_end_token_id": 151653, "vision_token_id": 151654, "image_token_id": 151655,
     "video_token_id": 151656, "hidden_act": "silu", "hidden_size": 3584,
     "initializer_range": 0.02, "intermediate_size": 18944, "max_position_embeddings": 128000,
     "max_window_layers": 28, "model_type": "qwen2_5_vl", "num_attention_heads": 28,
     "num_hidden_layers": 28, "num_key_value_heads": 4, "rms_norm_eps": 1e-06,
     "rope_theta": 1000000.0, "sliding_window": 32768, "tie_word_embeddings": false,
     "torch_dtype": "bfloat16", "transformers_version": "4.41.2", "use_cache": true,
     "use_sliding_window": false,
     "vision_config": {"depth": 32, "hidden_act": "silu", "hidden_size": 1280,
       "intermediate_size": 3420, "num_heads": 16, "in_chans": 3, "out_hidden_size": 3584,
       "patch_size": 14, "spatial_merge_size": 2, "spatial_patch_size": 14, "window_size": 112,
       "fullatt_block_indexes": [7, 15, 23, 31], "tokens_per_second": 2,
       "temporal_patch_size": 2},
     "rope_scaling": {"type": "mrope", "mrope_section": [16, 24, 24]}, "vocab_size": 152064}
    """

  private func read(_ text: String) throws -> QwenConfiguration {
    try QwenConfiguration(JSONNode(Data(text.utf8), path: "config.json"))
  }

  @Test func readsThePublishedFlatLayout() throws {
    let configuration = try read(Self.published)
    #expect(
      configuration.text
        == TextConfiguration(
          hiddenSize: 3584, layers: 28, heads: 28, keyValueHeads: 4, intermediateSize: 18944,
          vocabularySize: 152064, ropeTheta: 1_000_000, mropeSection: [16, 24, 24],
          rmsNormEpsilon: 1e-6, tiedEmbeddings: false, maximumPositions: 128_000))
    #expect(
      configuration.vision
        == VisionConfiguration(
          depth: 32, hiddenSize: 1280, heads: 16, intermediateSize: 3420, patchSize: 14,
          temporalPatchSize: 2, spatialMergeSize: 2, windowSize: 112,
          fullAttentionBlocks: [7, 15, 23, 31], outHiddenSize: 3584, inChannels: 3,
          tokensPerSecond: 2))
    #expect(configuration.tokens.videoPad == 151656)
    #expect(configuration.tokens.endOfText == 151645)
    #expect(configuration.tokens.pad == nil)
    #expect(configuration.text.headDimension == 128)
    #expect(configuration.text.keyValueSize == 512)
    #expect(configuration.vision?.patchElements == 1176)
    // The published checkpoint has 8,292,166,656 parameters in 729 tensors.
    let shapes = configuration.parameterShapes
    #expect(shapes.count == 729)
    #expect(shapes.reduce(0) { $0 + $1.shape.reduce(1, *) } == 8_292_166_656)
  }

  @Test func readsTheNestedLayout() throws {
    let configuration = try QwenConfiguration(contentsOf: Fixtures.url("tiny-vl"))
    #expect(configuration.text.hiddenSize == 128)
    #expect(configuration.text.keyValueHeads == 2)
    #expect(configuration.text.mropeSection == [4, 6, 6])
    #expect(configuration.text.ropeTheta == 1_000_000)
    #expect(!configuration.text.tiedEmbeddings)
    #expect(configuration.vision?.windowSize == 56)
    #expect(configuration.vision?.fullAttentionBlocks == [1, 3])
    #expect(configuration.tokens.beginOfText == 1002)
    #expect(configuration.tokens.visionStart == 1011)
    #expect(configuration.tokens.videoPad == 1015)
  }

  @Test func readsATextModel() throws {
    let configuration = try QwenConfiguration(contentsOf: Fixtures.url("tiny-lm/config.json"))
    #expect(configuration.vision == nil)
    #expect(configuration.text.tiedEmbeddings)
    #expect(configuration.text.mropeSection == nil)
    #expect(configuration.text.ropeTheta == 1_000_000)
  }

  @Test func readsBackWhatItWrites() throws {
    for configuration in [
      try read(Self.published), try QwenConfiguration(contentsOf: Fixtures.url("tiny-vl")),
      try QwenConfiguration(contentsOf: Fixtures.url("tiny-lm")),
    ] {
      try withTemporaryDirectory { folder in
        let url = folder.appendingPathComponent("config.json")
        try configuration.write(to: url)
        #expect(try QwenConfiguration(contentsOf: url) == configuration)
        let text = try String(contentsOf: url, encoding: .utf8)
        #expect(!text.contains("text_config"), "the flat layout")
      }
    }
  }

  @Test func namesEveryTensorOfTheReferenceCheckpoints() throws {
    for name in ["tiny-lm", "tiny-vl"] {
      let configuration = try QwenConfiguration(contentsOf: Fixtures.url(name))
      let weights = try Safetensors(contentsOf: Fixtures.url(name))
      #expect(configuration.parameterShapes.map(\.name).sorted() == weights.names)
    }
  }

  @Test(arguments: [
    (
      "\"hidden_size\": 3584", "\"hidden_size\": 3585",
      "the sizes: hidden_size 3585 is not a multiple of num_attention_heads 28"
    ),
    (
      "\"num_key_value_heads\": 4", "\"num_key_value_heads\": 3",
      "the sizes: num_attention_heads 28 is not a multiple of num_key_value_heads 3"
    ),
    (
      "[16, 24, 24]", "[16, 24, 25]",
      "the sizes: mrope_section [16, 24, 25] sums to 65, half of a head is 64"
    ),
    (
      "[16, 24, 24]", "[64]",
      "the sizes: mrope_section [64] has to be three counts: temporal, height, width"
    ),
    (
      "[7, 15, 23, 31]", "[7, 32]",
      "the sizes: vision_config.fullatt_block_indexes [7, 32] names a block that does not exist: "
        + "depth is 32"
    ),
    (
      "\"out_hidden_size\": 3584", "\"out_hidden_size\": 2048",
      "the sizes: vision_config.out_hidden_size 2048 differs from hidden_size 3584"
    ),
    (
      "\"window_size\": 112", "\"window_size\": 100",
      "the sizes: vision_config.window_size 100 is not a multiple of patch_size 14 times "
        + "spatial_merge_size 2"
    ),
    (
      "\"video_token_id\": 151656", "\"video_token_id\": 999999",
      "the sizes: video_token_id 999999 is outside the vocabulary of 152064"
    ),
    (
      "\"video_token_id\": 151656", "\"video_token_id\": 151655",
      "the sizes: vision_start_token_id, image_token_id and video_token_id have to differ"
    ),
    (
      "\"rms_norm_eps\": 1e-06", "\"rms_norm_eps\": -1",
      "the sizes: rms_norm_eps is -1.0; it has to be positive"
    ),
    ("\"rms_norm_eps\": 1e-06", "\"x\": 1", "rms_norm_eps: is missing"),
    (
      "\"rope_theta\": 1000000.0", "\"rope_theta\": 0",
      "the sizes: rope_theta is 0.0; it has to be positive"
    ),
    ("\"num_hidden_layers\": 28", "\"x\": 1", "num_hidden_layers: is missing"),
    (
      "\"num_hidden_layers\": 28", "\"num_hidden_layers\": NaN", "byte 515: not a JSON value"
    ),
    (
      "\"num_hidden_layers\": 28", "\"num_hidden_layers\": 28.0",
      "num_hidden_layers: an integer is needed, not a number"
    ),
    (
      "\"num_hidden_layers\": 28", "\"num_hidden_layers\": \"28\"",
      "num_hidden_layers: an integer is needed, not a string"
    ),
    (
      "\"num_attention_heads\": 28", "\"num_attention_heads\": 0",
      "num_attention_heads: 0 is outside 1 to 1048576"
    ),
    (
      "\"vocab_size\": 152064", "\"vocab_size\": 99999999999999999999",
      "vocab_size: an integer is needed, not a number"
    ),
    (
      "\"model_type\": \"qwen2_5_vl\"", "\"model_type\": \"llama\"",
      "model_type: not supported: the architecture \"llama\"; qwen2 and qwen2_5_vl are"
    ),
    (
      "\"model_type\": \"qwen2_5_vl\"", "\"model_type\": \"qwen2\"",
      "model_type: qwen2 has no vision_config"
    ),
    ("\"vision_config\"", "\"tower\"", "model_type: vision_config is missing"),
    (
      "\"use_sliding_window\": false", "\"use_sliding_window\": true",
      "the document: not supported: use_sliding_window"
    ),
    (
      "\"type\": \"mrope\"", "\"type\": \"yarn\"",
      "rope_scaling.type: not supported: rotary positions of the type \"yarn\""
    ),
    (
      "\"hidden_act\": \"silu\", \"hidden_size\": 1280",
      "\"hidden_act\": \"gelu\", \"hidden_size\": 1280",
      "vision_config.hidden_act: not supported: the activation \"gelu\"; silu is"
    ),
    (
      "\"tie_word_embeddings\": false", "\"tie_word_embeddings\": 0",
      "tie_word_embeddings: true or false is needed, not an integer"
    ),
    ("\"rope_scaling\"", "\"x\"", "the sizes: a vision tower needs mrope_section"),
  ])
  func namesWhatIsWrong(old: String, new: String, expected: String) throws {
    let changed = Self.published.replacing(old, with: new)
    #expect(changed != Self.published, "the change has to change something")
    let error = #expect(throws: ModelError.self) { try read(changed) }
    #expect(error?.description == "config.json: " + expected)
  }

  @Test func namesTheByteWhereAFileIsCut() {
    for share in [0, 10, 50, 99] {
      let text = String(Self.published.prefix(Self.published.count * share / 100))
      let error = #expect(throws: ModelError.self) { try read(text) }
      #expect(error?.description.hasPrefix("config.json: byte ") == true)
    }
  }

  @Test func refusesSizesGivenInCodeThatContradict() {
    let text = TextConfiguration(
      hiddenSize: 100, layers: 1, heads: 3, keyValueHeads: 1, intermediateSize: 8,
      vocabularySize: 10)
    let error = #expect(throws: ModelError.self) {
      try QwenConfiguration(text: text, vision: nil, tokens: SpecialTokens())
    }
    #expect(error == .invalid("hidden_size 100 is not a multiple of num_attention_heads 3"))
  }
}
