/// A dense row-major tensor in host memory: floats, or 32-bit integers for indices.
public struct HostTensor: Sendable, Equatable {
  enum Storage: Sendable, Equatable {
    case floats([Float])
    case integers([Int32])
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

  /// A scalar, shape `[]`.
  public init(_ value: Float) { self.init([value], shape: []) }

  public var element: ElementType {
    switch storage {
    case .floats: .float32
    case .integers: .int32
    }
  }

  public var count: Int {
    switch storage {
    case .floats(let values): values.count
    case .integers(let values): values.count
    }
  }

  /// The values of a float tensor; empty for an integer tensor.
  public var floats: [Float] {
    switch storage {
    case .floats(let values): values
    case .integers: []
    }
  }

  /// The values of an integer tensor; empty for a float tensor.
  public var integers: [Int32] {
    switch storage {
    case .floats: []
    case .integers(let values): values
    }
  }

  /// The bytes of the values, in order.
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    switch storage {
    case .floats(let values): try values.withUnsafeBytes(body)
    case .integers(let values): try values.withUnsafeBytes(body)
    }
  }
}
