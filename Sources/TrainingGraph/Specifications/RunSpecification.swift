import TensorEngine

/// What identifies a run.
public struct RunSpecification: Sendable, Codable, Equatable {
  /// The folder below `runs/`.
  public var name: String
  /// The title shown in the report.
  public var title: String
  public var seed: UInt64
  /// Who computes matrix products: their last bits depend on it.
  public var matrixProducts: MatrixProducts
  /// How weights are multiplied that are kept as bfloat16: more than their last bits depend on it.
  public var bfloat16Products: BFloat16Products

  public init(
    name: String, title: String, seed: UInt64, matrixProducts: MatrixProducts = .packed,
    bfloat16Products: BFloat16Products = .widened
  ) {
    self.name = name
    self.title = title
    self.seed = seed
    self.matrixProducts = matrixProducts
    self.bfloat16Products = bfloat16Products
  }
}
