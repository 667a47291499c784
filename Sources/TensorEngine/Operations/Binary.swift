import Kernels

/// A pointwise function of two operands, one of which may be a row, a column or a scalar of the
/// other.
struct Binary: Operation {
  var function: BinaryOperation

  var name: String { "\(function)" }
  var reusableInputs: [Int] { [0, 1] }

  func infer(_ inputs: [TensorType]) throws(ShapeProblem) -> [TensorType] {
    [try Broadcast.result(inputs[0], inputs[1])]
  }

  func differentiate(_ d: Derivative) throws -> [Value?] {
    let g = d.graph
    let (a, b, dy) = (d.inputs[0], d.inputs[1], d.cotangent)
    let (forA, forB) = (d.wanted[0], d.wanted[1])
    var da: Value?
    var db: Value?
    switch function {
    case .add:
      (da, db) = (dy, dy)
    case .subtract:
      da = dy
      if forB { db = try g.negate(dy) }
    case .multiply:
      if forA { da = try g.multiply(dy, b) }
      if forB { db = try g.multiply(dy, a) }
    case .divide:
      // y = a / b: da = dy / b, db = -da * y.
      let quotient = try g.divide(dy, b)
      da = quotient
      if forB { db = try g.negate(g.multiply(quotient, d.outputs[0])) }
    case .minimum:
      // Where both are equal, the first operand is the one that was taken.
      if forA { da = try g.select(.lessOrEqual, a, b, dy) }
      if forB { db = try g.select(.greater, a, b, dy) }
    case .maximum:
      if forA { da = try g.select(.greaterOrEqual, a, b, dy) }
      if forB { db = try g.select(.less, a, b, dy) }
    }
    return [
      try forA ? da.map { try d.reduce($0, to: a) } : nil,
      try forB ? db.map { try d.reduce($0, to: b) } : nil,
    ]
  }

  func evaluate(_ inputs: [DoubleTensor], _ shapes: [[Int]]) -> [DoubleTensor] {
    var result = DoubleTensor(shape: shapes[0])
    let a = Broadcast.reader(inputs[0], shapes[0])
    let b = Broadcast.reader(inputs[1], shapes[0])
    for i in result.values.indices { result.values[i] = value(a(i), b(i)) }
    return [result]
  }

  private func value(_ a: Double, _ b: Double) -> Double {
    switch function {
    case .add: a + b
    case .subtract: a - b
    case .multiply: a * b
    case .divide: a / b
    case .minimum: a <= b ? a : b
    case .maximum: a >= b ? a : b
    }
  }

  func lower(_ lowering: CPULowering) -> CPUStep {
    let kernel = lowering.kernels.elementwise.binary
    let a = lowering.operand(0)
    let b = lowering.operand(1)
    let output = lowering.output(0)
    let function = function
    return lowering.pointwise(flat: !(a.byRow || b.byRow)) { frame, block in
      kernel(
        function, block.rows, block.columns, a.read(frame, block), b.read(frame, block),
        block.write(output, frame))
    }
  }
}

extension GraphBuilder {
  /// `a + b`. Shapes are equal, or one operand is a row `[N]`, a column `[T, 1]` or a scalar of the
  /// other; so for all binary operations.
  public func add(_ a: Value, _ b: Value) throws -> Value {
    try apply(Binary(function: .add), a, b)
  }
  /// `a - b`.
  public func subtract(_ a: Value, _ b: Value) throws -> Value {
    try apply(Binary(function: .subtract), a, b)
  }
  /// `a * b`, element by element.
  public func multiply(_ a: Value, _ b: Value) throws -> Value {
    try apply(Binary(function: .multiply), a, b)
  }
  /// `a / b`.
  public func divide(_ a: Value, _ b: Value) throws -> Value {
    try apply(Binary(function: .divide), a, b)
  }
  /// The smaller element. At a tie the gradient goes to `a`.
  public func minimum(_ a: Value, _ b: Value) throws -> Value {
    try apply(Binary(function: .minimum), a, b)
  }
  /// The larger element. At a tie the gradient goes to `a`.
  public func maximum(_ a: Value, _ b: Value) throws -> Value {
    try apply(Binary(function: .maximum), a, b)
  }
}
