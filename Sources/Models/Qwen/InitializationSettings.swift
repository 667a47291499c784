import TensorEngine

/// The first values of a model that is trained from scratch.
///
/// All matrices are normal with mean 0; norms are 1 and biases 0. The defaults are what made small
/// models learn short clips in a few hundred steps: inputs keep their scale through every matrix,
/// residual branches start small, and the logits of a tied head start with a variance near 1.
public struct InitializationSettings: Sendable, Hashable {
  /// Matrices have a standard deviation of this / sqrt(inputs).
  public var linearScale = 1.0
  /// The matrices that end a residual branch are multiplied by this too.
  public var residualScale = 0.25
  /// Token embeddings have a standard deviation of this / sqrt(hidden size).
  public var embeddingScale = 1.0
  /// The standard deviation of the patch embedding.
  public var patchDeviation = 0.04

  public init() {}

  /// The standard deviation of a parameter; nil when all its values are equal.
  func deviation(of parameter: ParameterSpecification) -> Double? {
    let inputs = Double(parameter.shape.last ?? 1)
    return switch parameter.role {
    case .embedding: embeddingScale / inputs.squareRoot()
    case .patchEmbedding: patchDeviation
    case .linear: linearScale / inputs.squareRoot()
    case .residualProjection: residualScale * linearScale / inputs.squareRoot()
    case .norm, .bias, .adapterDown, .adapterUp: nil
    }
  }

  /// A parameter's values: a function of the seed, the parameter's name and its shape.
  ///
  /// An adapter starts as the `peft` library's: B is 0, and A uniform within 1 / sqrt(inputs), He
  /// et al.'s (arXiv:1502.01852) bound at a slope of sqrt(5).
  /// - Parameter stream: what the values are for, where a parameter is drawn more than once.
  func values(
    of parameter: ParameterSpecification, seed: UInt64, stream: String = "initialization"
  ) -> HostTensor {
    if parameter.role == .adapterDown {
      let bound = 1 / Double(parameter.shape.last ?? 1).squareRoot()
      var random = Philox(seed: seed, stream: "\(stream)/\(parameter.name)")
      let values = (0..<parameter.count).map { _ in Float(bound * (2 * random.uniform() - 1)) }
      return HostTensor(values, shape: parameter.shape)
    }
    guard let deviation = deviation(of: parameter) else {
      let value: Float = parameter.role == .norm ? 1 : 0
      return HostTensor(
        [Float](repeating: value, count: parameter.count), shape: parameter.shape)
    }
    var random = Philox(seed: seed, stream: "\(stream)/\(parameter.name)")
    let values = (0..<parameter.count).map { _ in Float(deviation * random.normal()) }
    return HostTensor(values, shape: parameter.shape)
  }
}
