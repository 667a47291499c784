import TensorEngine

/// How a model keeps its matrices. Norm weights and biases are small, and float32 always; so are the
/// parameters of an adapter, and whatever is computed.
public enum WeightPrecision: String, Sendable, Hashable, CaseIterable {
  case float32 = "f32"
  /// Half the memory, and half the bytes that a token reads. The matrices are rounded to nearest, ties
  /// to even, and cannot be trained; results are, bit for bit, those of the rounded numbers in float32.
  case bfloat16 = "bf16"
}

extension ParameterSpecification {
  /// What the parameter is kept as in a model of this precision.
  public func element(_ precision: WeightPrecision) -> ElementType {
    switch role {
    case .embedding, .patchEmbedding, .linear, .residualProjection:
      precision == .bfloat16 ? .bfloat16 : .float32
    case .norm, .bias, .adapterDown, .adapterUp: .float32
    }
  }
}

extension PolicyModel {
  /// The same model with its matrices in another precision; all other parameters are the same memory in
  /// both. This model itself where it has the precision.
  ///
  /// - Throws: `EngineError.notFinite` for a matrix with numbers too large for the precision.
  public func keeping(_ precision: WeightPrecision) throws -> PolicyModel {
    guard precision != self.precision else { return self }
    let parameters = try parameters.copy { _ in false }
    for parameter in QwenParameters.all(configuration)
    where parameter.element(precision) != parameter.element(self.precision) {
      let tensor = try parameters.get(parameter.name)
        .converted(to: parameter.element(precision))
      guard tensor.floats.allSatisfy(\.isFinite) else {
        throw EngineError.notFinite(name: parameter.name)
      }
      try parameters.set(parameter.name, tensor)
    }
    return try PolicyModel(
      configuration: configuration, adapter: adapter, parameters: parameters, device: device,
      rule: rule, precision: precision)
  }
}
