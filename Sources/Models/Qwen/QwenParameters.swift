/// One parameter of the model, as the graph uses it.
public struct ParameterSpecification: Sendable, Hashable {
  /// What a parameter is, as far as its first value is concerned.
  public enum Role: Sendable, Hashable {
    case embedding, patchEmbedding, linear, norm, bias
    /// A linear layer whose result is added to the residual stream.
    case residualProjection
    /// A and B of a low-rank adapter.
    case adapterDown, adapterUp
  }

  /// The name in a Hugging Face checkpoint; also the name in the `ParameterStore`.
  public let name: String
  /// The shape in a checkpoint.
  public let fileShape: [Int]
  public let role: Role

  init(_ parameter: ParameterShape) {
    name = parameter.name
    fileShape = parameter.shape
    role = Self.role(of: parameter)
  }

  init(_ parameter: ParameterShape, role: Role) {
    name = parameter.name
    fileShape = parameter.shape
    self.role = role
  }

  /// The shape in the graph; matrices are `[outputs, inputs]`. The patch embedding is a convolution
  /// in a checkpoint and a matrix here: its stride is its size.
  public var shape: [Int] {
    fileShape.count > 2 ? [fileShape[0], fileShape.dropFirst().reduce(1, *)] : fileShape
  }

  public var count: Int { fileShape.reduce(1, *) }

  private static func role(of parameter: ParameterShape) -> Role {
    let name = parameter.name
    if name == QwenParameters.embedding { return .embedding }
    if name == QwenParameters.patchEmbedding { return .patchEmbedding }
    if name.hasSuffix(".bias") { return .bias }
    if parameter.shape.count == 1 { return .norm }
    let residual = [".self_attn.o_proj.weight", ".attn.proj.weight", ".mlp.down_proj.weight"]
    return residual.contains(where: name.hasSuffix) ? .residualProjection : .linear
  }
}

/// The parameters of a configuration, with the names that the graph needs.
public enum QwenParameters {
  public static let embedding = "model.embed_tokens.weight"
  static let finalNorm = "model.norm.weight"
  static let patchEmbedding = "visual.patch_embed.proj.weight"

  /// All parameters, in the order of a checkpoint.
  public static func all(_ configuration: QwenConfiguration) -> [ParameterSpecification] {
    configuration.parameterShapes.map(ParameterSpecification.init)
  }

  /// The parameters that training changes: the adapter's, or all where there is none.
  static func trained(
    _ configuration: QwenConfiguration, _ adapter: Adapter?
  ) -> [ParameterSpecification] {
    adapter?.parameters ?? all(configuration)
  }

  /// The matrix of the output projection: the embedding when they are tied.
  static func head(_ configuration: QwenConfiguration) -> String {
    configuration.text.tiedEmbeddings ? embedding : "lm_head.weight"
  }
}
