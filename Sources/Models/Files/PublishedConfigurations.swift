/// The sizes of published models, for planning with a model whose files are not here. What a plan does
/// not need, as the longest context, is not that of their `config.json` files.
///
/// Sources: Qwen2.5 technical report, arXiv:2412.15115, table 1, and Qwen2.5-VL, arXiv:2502.13923,
/// table 1; vocabulary and tied heads from the files of the model hub.
public enum PublishedConfigurations {
  /// The configuration of a model folder by its name, `Qwen2.5-VL-7B-Instruct` or the base model's; nil
  /// for names that nobody has published.
  public static func named(_ folder: String) -> QwenConfiguration? {
    let name = folder.hasSuffix("-Instruct") ? String(folder.dropLast("-Instruct".count)) : folder
    return table[name].flatMap { try? $0.configuration() }
  }

  /// The names that are known, without `-Instruct`.
  public static var names: [String] { table.keys.sorted() }

  private struct Sizes {
    var hidden, layers, heads, keyValueHeads, inner, vocabulary: Int
    var isTied = false
    /// The inner width of the vision tower's MLP; nil without a tower.
    var visionInner: Int?

    func configuration() throws -> QwenConfiguration {
      let text = TextConfiguration(
        hiddenSize: hidden, layers: layers, heads: heads, keyValueHeads: keyValueHeads,
        intermediateSize: inner, vocabularySize: vocabulary,
        mropeSection: visionInner == nil ? nil : [16, 24, 24], tiedEmbeddings: isTied)
      let vision = visionInner.map {
        VisionConfiguration(
          depth: 32, hiddenSize: 1280, heads: 16, intermediateSize: $0,
          fullAttentionBlocks: [7, 15, 23, 31], outHiddenSize: hidden)
      }
      return try QwenConfiguration(
        text: text, vision: vision,
        tokens: SpecialTokens(
          beginOfText: 151_643, endOfText: 151_645, visionStart: 151_652, visionEnd: 151_653,
          imagePad: 151_655, videoPad: 151_656))
    }
  }

  private static let table: [String: Sizes] = [
    "Qwen2.5-0.5B": Sizes(
      hidden: 896, layers: 24, heads: 14, keyValueHeads: 2, inner: 4864, vocabulary: 151_936,
      isTied: true),
    "Qwen2.5-1.5B": Sizes(
      hidden: 1536, layers: 28, heads: 12, keyValueHeads: 2, inner: 8960, vocabulary: 151_936,
      isTied: true),
    "Qwen2.5-3B": Sizes(
      hidden: 2048, layers: 36, heads: 16, keyValueHeads: 2, inner: 11_008, vocabulary: 151_936,
      isTied: true),
    "Qwen2.5-7B": Sizes(
      hidden: 3584, layers: 28, heads: 28, keyValueHeads: 4, inner: 18_944, vocabulary: 152_064),
    "Qwen2.5-VL-3B": Sizes(
      hidden: 2048, layers: 36, heads: 16, keyValueHeads: 2, inner: 11_008, vocabulary: 151_936,
      isTied: true, visionInner: 3420),
    "Qwen2.5-VL-7B": Sizes(
      hidden: 3584, layers: 28, heads: 28, keyValueHeads: 4, inner: 18_944, vocabulary: 152_064,
      visionInner: 3420),
    "Qwen2.5-VL-32B": Sizes(
      hidden: 5120, layers: 64, heads: 40, keyValueHeads: 8, inner: 27_648, vocabulary: 152_064,
      visionInner: 3456),
    "Qwen2.5-VL-72B": Sizes(
      hidden: 8192, layers: 80, heads: 64, keyValueHeads: 8, inner: 29_568, vocabulary: 152_064,
      visionInner: 3456),
  ]
}
