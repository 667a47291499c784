/// What a tensor's elements are. Everything is computed in `float32`.
public enum ElementType: Sendable, Hashable {
  case float32
  /// Indices; never differentiated.
  case int32
  /// A form in which matrices of parameters that are not trained can be kept: half the memory, and half
  /// the bytes to read. They are widened where they are used, and sums are `float32`.
  case bfloat16

  /// Bytes of one element.
  public var byteCount: Int { self == .bfloat16 ? 2 : 4 }
}

/// One extent of a shape: known while building, or bound when the graph runs.
public enum Dimension: Sendable, Hashable {
  case fixed(Int)
  case symbol(String)
}

extension Dimension: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral,
  CustomStringConvertible
{
  public init(integerLiteral value: Int) { self = .fixed(value) }
  public init(stringLiteral value: String) { self = .symbol(value) }

  public var description: String {
    switch self {
    case .fixed(let size): String(size)
    case .symbol(let name): name
    }
  }
}

/// Element type and shape of a value. Tensors are dense and row-major; `[]` is a scalar.
public struct TensorType: Sendable, Hashable {
  public var element: ElementType
  public var shape: [Dimension]

  public init(_ shape: [Dimension], _ element: ElementType = .float32) {
    self.shape = shape
    self.element = element
  }
}

extension TensorType: CustomStringConvertible {
  public var description: String {
    let dimensions = shape.map(\.description).joined(separator: ", ")
    return "[\(dimensions)]" + (element == .float32 ? "" : " \(element)")
  }
}

extension TensorType {
  var rank: Int { shape.count }

  /// The last extent; 1 for a scalar.
  var columns: Dimension { shape.last ?? 1 }

  /// All extents but the last.
  var leading: [Dimension] { Array(shape.dropLast()) }

  /// The product of the fixed extents and the sorted names of the symbolic ones: equal factors
  /// mean equal element counts at any size.
  var factors: (fixed: Int, symbols: [String]) {
    var fixed = 1
    var symbols: [String] = []
    for dimension in shape {
      switch dimension {
      case .fixed(let size): fixed *= size
      case .symbol(let name): symbols.append(name)
      }
    }
    return (fixed, symbols.sorted())
  }

  /// Requires a float tensor of this rank and hands back its extents.
  func dimensions(_ rank: Int, _ role: String) throws(ShapeProblem) -> [Dimension] {
    guard element == .float32, shape.count == rank else {
      throw ShapeProblem("\(role) must be a float tensor of rank \(rank), but is \(self)")
    }
    return shape
  }

  /// Requires a matrix, which a parameter may keep as bfloat16, and hands back its extents.
  func weightDimensions(_ role: String) throws(ShapeProblem) -> [Dimension] {
    guard element != .bfloat16 || shape.count != 2 else { return shape }
    return try dimensions(2, role)
  }

  /// Requires an index vector and hands back its length.
  func indexCount(_ role: String) throws(ShapeProblem) -> Dimension {
    guard element == .int32, shape.count == 1 else {
      throw ShapeProblem("\(role) must be an int32 vector, but is \(self)")
    }
    return shape[0]
  }
}

extension TensorType {
  /// The shape for these symbol sizes.
  func resolve(_ sizes: [String: Int]) throws -> [Int] {
    try shape.map { dimension in
      switch dimension {
      case .fixed(let size): return size
      case .symbol(let symbol):
        guard let size = sizes[symbol] else {
          throw EngineError.sizeConflict(
            name: symbol, message: "the size of this symbol is unknown")
        }
        return size
      }
    }
  }
}
