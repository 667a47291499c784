/// What a low-rank adapter is asked to be: LoRA (Hu et al., arXiv:2106.09685).
public struct AdapterSettings: Sendable, Hashable {
  /// The inner width of every adapted layer.
  public var rank: Int
  /// The adapter's part is multiplied by `alpha / rank`.
  public var alpha: Double
  /// Which linear layers are adapted.
  public var targets: [LayerPattern]

  public init(rank: Int, alpha: Double, targets: [LayerPattern]) {
    self.rank = rank
    self.alpha = alpha
    self.targets = targets
  }
}

/// A linear layer that can be adapted: `[inputs]` to `[outputs]`.
public struct LinearLayer: Sendable, Hashable {
  /// The weight's name in a checkpoint, without `.weight`.
  public let name: String
  public let inputs: Int
  public let outputs: Int

  public init(name: String, inputs: Int, outputs: Int) {
    self.name = name
    self.inputs = inputs
    self.outputs = outputs
  }
}

/// The low-rank adapter of one model: a layer `y = x W^T` becomes
/// `y = x W^T + (alpha / rank) (x A^T) B^T` with `A [rank, inputs]` and `B [outputs, rank]`.
///
/// Only A and B are trained. Source: Hu et al., arXiv:2106.09685, equation 3.
public struct Adapter: Sendable, Hashable {
  public let rank: Int
  public let alpha: Double
  /// The adapted layers, in the order of a checkpoint.
  public let layers: [LinearLayer]
  private let names: Set<String>

  /// The adapter that settings ask for on a configuration.
  ///
  /// - Throws: `AdapterError`.
  public init(_ settings: AdapterSettings, _ configuration: QwenConfiguration) throws {
    let known = configuration.linearLayers
    for pattern in settings.targets where !known.contains(where: { pattern.matches($0.name) }) {
      throw AdapterError.noLayer(pattern: pattern.description, known: known.kinds)
    }
    try self.init(
      rank: settings.rank, alpha: settings.alpha,
      layers: known.filter { layer in settings.targets.contains { $0.matches(layer.name) } })
  }

  init(rank: Int, alpha: Double, layers: [LinearLayer]) throws {
    guard rank > 0 else { throw AdapterError.setting("rank", "\(rank)", "1 or more") }
    guard alpha > 0, alpha.isFinite else {
      throw AdapterError.setting("alpha", "\(alpha)", "above 0, and finite")
    }
    guard !layers.isEmpty else { throw AdapterError.noTargets }
    if let small = layers.first(where: { $0.highestRank < rank }) {
      throw AdapterError.rankTooHigh(rank, layer: small)
    }
    self.rank = rank
    self.alpha = alpha
    self.layers = layers
    names = Set(layers.map(\.name))
  }

  /// What the adapter's part is multiplied by.
  public var scale: Double { alpha / Double(rank) }

  func adapts(_ layer: String) -> Bool { names.contains(layer) }

  /// A and B of every layer.
  public var parameters: [ParameterSpecification] {
    layers.flatMap { layer in
      [
        ParameterSpecification(
          ParameterShape(Self.down(layer.name), [rank, layer.inputs]), role: .adapterDown),
        ParameterSpecification(
          ParameterShape(Self.up(layer.name), [layer.outputs, rank]), role: .adapterUp),
      ]
    }
  }

  /// The name of A.
  static func down(_ layer: String) -> String { layer + ".lora_A.weight" }
  /// The name of B.
  static func up(_ layer: String) -> String { layer + ".lora_B.weight" }
}

extension LinearLayer {
  /// A higher rank could be no better than training the whole matrix.
  public var highestRank: Int { min(inputs, outputs) }
}

extension QwenConfiguration {
  /// The linear layers that can be adapted, in the order of a checkpoint: all but the output
  /// projection, which is computed together with the log-probabilities.
  public var linearLayers: [LinearLayer] {
    QwenParameters.all(self).compactMap { parameter in
      guard [.linear, .residualProjection].contains(parameter.role),
        parameter.name != QwenParameters.head(self)
      else { return nil }
      return LinearLayer(
        name: String(parameter.name.dropLast(".weight".count)), inputs: parameter.shape[1],
        outputs: parameter.shape[0])
    }
  }
}

extension [LinearLayer] {
  /// The last parts of the layers' names, each once: `q_proj`, `k_proj`, …
  public var kinds: [String] {
    map { layer in
      let parts = layer.name.split(separator: ".")
      // A number alone, as in `merger.mlp.0`, says little.
      let count = parts.last.flatMap { Int($0) } == nil ? 1 : 2
      return parts.suffix(count).joined(separator: ".")
    }.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}

/// Why a model cannot have an adapter.
public enum AdapterError: Error, Sendable, Hashable, CustomStringConvertible {
  case setting(_ name: String, _ value: String, _ allowed: String)
  /// A pattern names no layer of the model, whose layers are called `known`.
  case noLayer(pattern: String, known: [String])
  case noTargets
  case rankTooHigh(Int, layer: LinearLayer)
  /// The model has an adapter, and can be merged with it first.
  case alreadyAdapted

  public var description: String {
    switch self {
    case .setting(let name, let value, let allowed):
      "adapter setting \(name) is \(value); it must be \(allowed)"
    case .noLayer(let pattern, let known):
      "the adapter's target `\(pattern)` names no linear layer of the model, which has "
        + known.joined(separator: ", ")
    case .noTargets: "an adapter needs at least one layer to adapt"
    case .rankTooHigh(let rank, let layer):
      "the adapter's rank \(rank) is higher than that of layer \(layer.name), "
        + "\(layer.inputs) to \(layer.outputs)"
    case .alreadyAdapted: "the model has an adapter already; merge the two first"
    }
  }
}
