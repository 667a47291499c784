import TensorEngine

/// The vision tower: patches to the rows that replace the decoder's placeholders.
///
/// Source: Qwen2.5-VL, arXiv:2502.13923, section 2.1.1.
struct VisionTower {
  /// The published code has this constant; no configuration sets it.
  private static let epsilon = 1e-6
  private let layers: ModelBuilder
  private let vision: VisionConfiguration

  init(_ layers: ModelBuilder, _ vision: VisionConfiguration) {
    self.layers = layers
    self.vision = vision
  }

  /// Merged patches `[mergedPatches, decoder width]`, in the order of the input `patchRows`.
  func merged() throws -> Value {
    let graph = layers.graph
    typealias Input = QwenGraph.Input
    return try graph.scope("visual") {
      let patches = try graph.input(Input.patches, ["patches", .fixed(vision.patchElements)])
      let pairs = Dimension.fixed(vision.headDimension / 2)
      let cosine = try graph.input(Input.patchCosine, ["patches", pairs])
      let sine = try graph.input(Input.patchSine, ["patches", pairs])
      let windows = try graph.input(Input.windows, ["windows", 7], .int32)
      let frames = try graph.input(Input.frames, ["frames", 7], .int32)
      let embedding = try layers.parameter(QwenParameters.patchEmbedding)
      var x = try graph.linear(patches, weight: embedding, bias: nil)
      for block in 0..<vision.depth {
        let segments = vision.fullAttentionBlocks.contains(block) ? frames : windows
        x = try self.block(x, block, segments: segments, cosine: cosine, sine: sine)
      }
      return try merge(x)
    }
  }

  private func block(
    _ x: Value, _ index: Int, segments: Value, cosine: Value, sine: Value
  ) throws -> Value {
    let graph = layers.graph
    let name = "visual.blocks.\(index)"
    return try graph.block("blocks.\(index)") {
      let width = vision.hiddenSize
      let normed = try layers.norm(x, name + ".norm1.weight", epsilon: Self.epsilon)
      let all = try layers.linear(normed, name + ".attn.qkv")
      let query = try graph.rotary(
        graph.sliceColumns(all, 0..<width), cosine: cosine, sine: sine, heads: vision.heads)
      let key = try graph.rotary(
        graph.sliceColumns(all, width..<2 * width), cosine: cosine, sine: sine,
        heads: vision.heads)
      let attended = try graph.attention(
        query: query, key: key, value: graph.sliceColumns(all, 2 * width..<3 * width),
        segments: segments, heads: vision.heads, keyValueHeads: vision.heads, causal: false,
        scale: 1 / Double(vision.headDimension).squareRoot())
      let middle = try graph.add(x, layers.linear(attended, name + ".attn.proj"))
      let inner = try layers.norm(middle, name + ".norm2.weight", epsilon: Self.epsilon)
      return try graph.add(middle, layers.gatedLayer(inner, name + ".mlp"))
    }
  }

  /// Joins the patches of every block into one row and maps it to the decoder's width.
  private func merge(_ x: Value) throws -> Value {
    let graph = layers.graph
    return try graph.scope("merger") {
      let normed = try layers.norm(x, "visual.merger.ln_q.weight", epsilon: Self.epsilon)
      let joined = try graph.reshape(normed, ["mergedPatches", .fixed(vision.mergerSize)])
      let inner = try graph.gelu(layers.linear(joined, "visual.merger.mlp.0"))
      return try layers.linear(inner, "visual.merger.mlp.2")
    }
  }
}
