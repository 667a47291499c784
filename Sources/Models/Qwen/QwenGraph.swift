import TensorEngine

/// Qwen2.5 and Qwen2.5-VL as tensor graphs.
///
/// The inputs are those of a `PackedBatch`. A graph with the vision tower needs a batch with
/// visuals, and the other way round: `PackedBatch.hasVisuals` chooses. With an adapter the graph is
/// the adapted model's, without one the same weights' alone. The precision is the one that the model
/// keeps its matrices in.
public enum QwenGraph {
  /// Names of the graphs' inputs.
  public enum Input {
    /// int32 `[rows]`: the decoder's token ids; placeholders' rows are overwritten.
    public static let tokens = "tokens"
    /// `[rows, headDimension / 2]`: the decoder's rotary table.
    public static let cosine = "cosine"
    public static let sine = "sine"
    /// int32 `[segments, 7]`: the decoder's segment table.
    public static let segments = "segments"
    /// int32 `[targets]`: the row that predicts each target.
    public static let targetRows = "target_rows"
    /// int32 `[targets]`: the predicted tokens.
    public static let targets = "targets"
    /// `[patches, patchElements]`: pixels, in window order.
    public static let patches = "visual.patches"
    /// `[patches, headDimension / 2]`: the vision tower's rotary table.
    public static let patchCosine = "visual.cosine"
    public static let patchSine = "visual.sine"
    /// int32 `[windows, 7]` and `[frames, 7]`: who attends to whom in windowed and in full blocks.
    public static let windows = "visual.windows"
    public static let frames = "visual.frames"
    /// int32 `[mergedPatches]`: the decoder row of each merged patch.
    public static let patchRows = "visual.rows"
    /// int32 `[rows]`: where the cache keeps each row (cached graphs only).
    public static let slots = "slots"
  }

  /// The decoder's hidden rows `[rows, width]` after the final norm.
  public static func forward(
    _ graph: GraphBuilder, _ configuration: QwenConfiguration, adapter: Adapter? = nil,
    precision: WeightPrecision = .float32, hasVisuals: Bool
  ) throws -> Value {
    let layers = ModelBuilder(graph, configuration, adapter, precision)
    return try TextDecoder(layers, memory: .rows).hidden(embedded(layers, hasVisuals: hasVisuals))
  }

  /// Log-probabilities of the batch's targets `[targets]`, and the entropy of every target's
  /// distribution `[targets]`, both at a temperature, a scalar. The entropy is not differentiated.
  public static func tokenLogProbabilities(
    _ graph: GraphBuilder, _ configuration: QwenConfiguration, adapter: Adapter? = nil,
    precision: WeightPrecision = .float32, hasVisuals: Bool, temperature: Value
  ) throws -> (logProbability: Value, entropy: Value) {
    let hidden = try forward(
      graph, configuration, adapter: adapter, precision: precision, hasVisuals: hasVisuals)
    let layers = ModelBuilder(graph, configuration, adapter, precision)
    return try graph.scope("head") {
      let rows = try graph.input(Input.targetRows, ["targets"], .int32)
      let targets = try graph.input(Input.targets, ["targets"], .int32)
      return try graph.tokenLogProbabilities(
        hidden: graph.gatherRows(table: hidden, indices: rows),
        head: layers.parameter(QwenParameters.head(configuration)), targets: targets,
        temperature: temperature)
    }
  }

  /// The same at a temperature that never changes.
  public static func tokenLogProbabilities(
    _ graph: GraphBuilder, _ configuration: QwenConfiguration, adapter: Adapter? = nil,
    precision: WeightPrecision = .float32, hasVisuals: Bool, temperature: Double
  ) throws -> (logProbability: Value, entropy: Value) {
    try tokenLogProbabilities(
      graph, configuration, adapter: adapter, precision: precision, hasVisuals: hasVisuals,
      temperature: graph.constant(temperature))
  }

  /// Declares the output `gradient.<parameter>` for every parameter that is trained: the adapter's,
  /// or all of the model's where there is none.
  public static func declareGradients(
    of loss: Value, _ graph: GraphBuilder, _ configuration: QwenConfiguration,
    adapter: Adapter? = nil, precision: WeightPrecision = .float32,
    recomputation: Recomputation = .nothing
  ) throws {
    let parameters = QwenParameters.trained(configuration, adapter)
    let values = try parameters.map {
      try graph.parameter($0.name, $0.shape, $0.element(precision))
    }
    let gradients = try graph.gradients(
      of: loss, withRespectTo: values, recomputation: recomputation)
    for (parameter, gradient) in zip(parameters, gradients) {
      try graph.output("gradient." + parameter.name, gradient)
    }
  }

  /// Logits `[targets, vocabulary]` of the rows in the input `targetRows`.
  static func logits(
    _ graph: GraphBuilder, _ configuration: QwenConfiguration, adapter: Adapter?,
    precision: WeightPrecision, hasVisuals: Bool, cached: Bool
  ) throws -> Value {
    let layers = ModelBuilder(graph, configuration, adapter, precision)
    let memory =
      cached
      ? TextDecoder.Memory.cache(slots: try graph.input(Input.slots, ["rows"], .int32)) : .rows
    let hidden = try TextDecoder(layers, memory: memory)
      .hidden(embedded(layers, hasVisuals: hasVisuals))
    return try graph.scope("head") {
      let rows = try graph.input(Input.targetRows, ["targets"], .int32)
      return try graph.linear(
        graph.gatherRows(table: hidden, indices: rows),
        weight: layers.parameter(QwenParameters.head(configuration)), bias: nil)
    }
  }

  /// Token embeddings, with the vision tower's rows in the places of the placeholders.
  private static func embedded(_ layers: ModelBuilder, hasVisuals: Bool) throws -> Value {
    let graph = layers.graph
    let tokens = try graph.input(Input.tokens, ["rows"], .int32)
    let table = try layers.parameter(QwenParameters.embedding)
    let embedded = try graph.gatherRows(table: table, indices: tokens)
    guard hasVisuals else { return embedded }
    guard let vision = layers.configuration.vision else { throw PromptError.modelHasNoVision }
    let rows = try graph.input(Input.patchRows, ["mergedPatches"], .int32)
    return try graph.overwriteRows(
      base: embedded, rows: VisionTower(layers, vision).merged(), indices: rows)
  }
}
