/// A dense row-major tensor of doubles; indices are held exactly as doubles too.
struct DoubleTensor: Sendable, Equatable {
  var shape: [Int]
  var values: [Double]

  init(_ values: [Double], shape: [Int]) {
    precondition(values.count == elementCount(shape))
    self.shape = shape
    self.values = values
  }

  /// All elements the same.
  init(repeating value: Double = 0, shape: [Int]) {
    self.init([Double](repeating: value, count: elementCount(shape)), shape: shape)
  }

  init(_ tensor: HostTensor) {
    let values =
      tensor.element == .int32
      ? tensor.integers.map(Double.init) : tensor.floats.map(Double.init)
    self.init(values, shape: tensor.shape)
  }

  /// The last extent; 1 for a scalar.
  var columns: Int { shape.last ?? 1 }
  /// The product of all extents but the last.
  var rows: Int { shape.dropLast().reduce(1, *) }

  /// Row `index` of the tensor seen as `[rows, columns]`.
  func row(_ index: Int) -> ArraySlice<Double> {
    values[index * columns..<(index + 1) * columns]
  }

  subscript(row: Int, column: Int) -> Double {
    get { values[row * columns + column] }
    set { values[row * columns + column] = newValue }
  }

  /// Element `index` as an index.
  func integer(_ index: Int) -> Int { Int(values[index]) }

  func host(_ element: ElementType) -> HostTensor {
    switch element {
    case .float32: HostTensor(values.map { Float($0) }, shape: shape)
    case .int32: HostTensor(values.map { Int32($0) }, shape: shape)
    case .bfloat16: HostTensor(values.map { BFloat16(Float($0)) }, shape: shape)
    }
  }
}
