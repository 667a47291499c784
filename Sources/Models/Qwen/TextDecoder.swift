import TensorEngine

/// The decoder: embedded rows to normalized hidden rows.
///
/// Source: Qwen2, arXiv:2407.10671, section 2.2 (grouped-query attention, biases on query, key and
/// value only).
struct TextDecoder {
  /// Where the keys and values of attention are.
  enum Memory {
    /// In the rows of this computation.
    case rows
    /// In one persistent buffer per layer, into which this computation's rows go first.
    case cache(slots: Value)
  }

  private let layers: ModelBuilder
  private let text: TextConfiguration
  private let memory: Memory

  init(_ layers: ModelBuilder, memory: Memory) {
    self.layers = layers
    self.text = layers.configuration.text
    self.memory = memory
  }

  /// `[rows, width]` to `[rows, width]`, after the final norm.
  func hidden(_ embedded: Value) throws -> Value {
    let graph = layers.graph
    typealias Input = QwenGraph.Input
    return try graph.scope("text") {
      let pairs = Dimension.fixed(text.headDimension / 2)
      let cosine = try graph.input(Input.cosine, ["rows", pairs])
      let sine = try graph.input(Input.sine, ["rows", pairs])
      let segments = try graph.input(Input.segments, ["segments", 7], .int32)
      var x = embedded
      for layer in 0..<text.layers {
        x = try self.layer(x, layer, segments: segments, cosine: cosine, sine: sine)
      }
      return try layers.norm(x, QwenParameters.finalNorm, epsilon: text.rmsNormEpsilon)
    }
  }

  private func layer(
    _ x: Value, _ index: Int, segments: Value, cosine: Value, sine: Value
  ) throws -> Value {
    let graph = layers.graph
    let name = "model.layers.\(index)"
    return try graph.block("layers.\(index)") {
      let normed = try layers.norm(
        x, name + ".input_layernorm.weight", epsilon: text.rmsNormEpsilon)
      let query = try graph.rotary(
        layers.linear(normed, name + ".self_attn.q_proj"), cosine: cosine, sine: sine,
        heads: text.heads)
      let newKey = try graph.rotary(
        layers.linear(normed, name + ".self_attn.k_proj"), cosine: cosine, sine: sine,
        heads: text.keyValueHeads)
      let newValue = try layers.linear(normed, name + ".self_attn.v_proj")
      let (key, value) = try remember(newKey, newValue, layer: index)
      let attended = try graph.attention(
        query: query, key: key, value: value, segments: segments, heads: text.heads,
        keyValueHeads: text.keyValueHeads, causal: true,
        scale: 1 / Double(text.headDimension).squareRoot())
      let middle = try graph.add(x, layers.linear(attended, name + ".self_attn.o_proj"))
      let inner = try layers.norm(
        middle, name + ".post_attention_layernorm.weight", epsilon: text.rmsNormEpsilon)
      return try graph.add(middle, layers.gatedLayer(inner, name + ".mlp"))
    }
  }

  private func remember(_ key: Value, _ value: Value, layer: Int) throws -> (Value, Value) {
    guard case .cache(let slots) = memory else { return (key, value) }
    let graph = layers.graph
    let shape: [Dimension] = ["slots", .fixed(text.keyValueSize)]
    let keys = try graph.state(KeyValueCache.keyName(layer), shape)
    let values = try graph.state(KeyValueCache.valueName(layer), shape)
    return (
      try graph.writeRows(state: keys, rows: key, indices: slots),
      try graph.writeRows(state: values, rows: value, indices: slots)
    )
  }
}
