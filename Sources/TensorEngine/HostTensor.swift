/// A dense row-major tensor in host memory: floats, 32-bit integers for indices, or bfloat16 for weights
/// that are not trained.
public struct HostTensor: Sendable, Equatable {
  enum Storage: Sendable, Equatable {
    case floats([Float])
    case integers([Int32])
    case halves([BFloat16])
  }

  public let shape: [Int]
  let storage: Storage

  /// A float tensor. `values.count` must be the product of `shape`.
  public init(_ values: [Float], shape: [Int]) {
    precondition(
      values.count == shape.reduce(1, *), "HostTensor: \(values.count) values for \(shape)")
    self.shape = shape
    storage = .floats(values)
  }

  /// An integer tensor. `values.count` must be the product of `shape`.
  public init(_ values: [Int32], shape: [Int]) {
    precondition(
      values.count == shape.reduce(1, *), "HostTensor: \(values.count) values for \(shape)")
    self.shape = shape
    storage = .integers(values)
  }

  /// A bfloat16 tensor. `values.count` must be the product of `shape`.
  public init(_ values: [BFloat16], shape: [Int]) {
    precondition(
      values.count == shape.reduce(1, *), "HostTensor: \(values.count) values for \(shape)")
    self.shape = shape
    storage = .halves(values)
  }

  /// A scalar, shape `[]`.
  public init(_ value: Float) { self.init([value], shape: []) }

  public var element: ElementType {
    switch storage {
    case .floats: .float32
    case .integers: .int32
    case .halves: .bfloat16
    }
  }

  public var count: Int {
    switch storage {
    case .floats(let values): values.count
    case .integers(let values): values.count
    case .halves(let values): values.count
    }
  }

  /// The values of a float tensor, or of a bfloat16 tensor, widened; empty for an integer tensor.
  public var floats: [Float] {
    switch storage {
    case .floats(let values): values
    case .integers: []
    case .halves(let values): values.map { Float($0) }
    }
  }

  /// The values of an integer tensor; empty for another one.
  public var integers: [Int32] {
    switch storage {
    case .floats, .halves: []
    case .integers(let values): values
    }
  }

  /// A float or bfloat16 tensor with its values in the other of the two types: rounded to nearest, ties
  /// to even, or widened exactly. The tensor itself where it has the type, or holds integers.
  public func converted(to element: ElementType) -> HostTensor {
    switch (storage, element) {
    case (.floats(let values), .bfloat16):
      HostTensor(values.map { BFloat16($0) }, shape: shape)
    case (.halves, .float32): HostTensor(floats, shape: shape)
    default: self
    }
  }

  /// The bytes of the values, in order.
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    switch storage {
    case .floats(let values): try values.withUnsafeBytes(body)
    case .integers(let values): try values.withUnsafeBytes(body)
    case .halves(let values): try values.withUnsafeBytes(body)
    }
  }
}
