/// Rotary position embedding, rotate-half form (Su et al. 2021, as Qwen2 lays it out): in each head
/// the pair `(i, i + D/2)` turns by the row's angle `i`.
///
/// `x [T, H*D]`, `cosine` and `sine [T, D/2]`. The inverse turns by minus the angle.
struct Rotary: Operation {
  var heads: Int
  var inverse: Bool

  var name: String { "rotary" }
  var detail: String { "heads: \(heads)\(inverse ? ", inverse" : "")" }

  func infer(_ inputs: [TensorType]) throws(ShapeProblem) -> [TensorType] {
    let x = try inputs[0].dimensions(2, "x")
    guard case .fixed(let width) = x[1], heads > 0, width % (2 * heads) == 0 else {
      throw ShapeProblem("the width of \(inputs[0]) must be \(heads) heads of an even size")
    }
    let table = TensorType([x[0], .fixed(width / heads / 2)])
    guard inputs[1] == table, inputs[2] == table else {
      throw ShapeProblem("cosine \(inputs[1]) and sine \(inputs[2]) must both be \(table)")
    }
    return [inputs[0]]
  }

  func differentiate(_ d: Derivative) throws -> [Value?] {
    guard !d.wanted[1], !d.wanted[2] else {
      throw EngineError.notDifferentiable(
        operation: name, scope: d.scope, message: "the angles are constants")
    }
    let gradient = Rotary(heads: heads, inverse: !inverse)
    return [try d.graph.apply(gradient, d.cotangent, d.inputs[1], d.inputs[2]), nil, nil]
  }

  func evaluate(_ inputs: [DoubleTensor], _ shapes: [[Int]]) -> [DoubleTensor] {
    let (x, cosine, sine) = (inputs[0], inputs[1], inputs[2])
    var y = DoubleTensor(shape: shapes[0])
    let half = x.columns / heads / 2
    for row in 0..<x.rows {
      for head in 0..<heads {
        for i in 0..<half {
          let (low, high) = (head * 2 * half + i, head * 2 * half + half + i)
          let c = cosine[row, i]
          let s = inverse ? -sine[row, i] : sine[row, i]
          y[row, low] = x[row, low] * c - x[row, high] * s
          y[row, high] = x[row, high] * c + x[row, low] * s
        }
      }
    }
    return [y]
  }

  func flops(_ inputs: [[Int]], _ outputs: [[Int]]) -> Double {
    3 * Double(elementCount(inputs[0]))
  }

  func lower(_ lowering: CPULowering) -> CPUStep {
    let kernel = lowering.kernels.rows.rotary
    let (x, cosine, sine) = (lowering.input(0), lowering.input(1), lowering.input(2))
    let y = lowering.output(0)
    let (rows, columns) = (lowering.inputRows(0), lowering.inputColumns(0))
    let (heads, inverse) = (heads, inverse)
    return { frame in
      let width = columns(frame)
      let headWidth = width / heads
      frame.forRowBlocks(rows(frame), columns: width) { first, count in
        let angle = first * headWidth / 2
        kernel(
          count, heads, headWidth, .init(x.floats(frame) + first * width, rowStride: width),
          .init(cosine.floats(frame) + angle, rowStride: headWidth / 2),
          .init(sine.floats(frame) + angle, rowStride: headWidth / 2), inverse,
          .init(y.floats(frame) + first * width, rowStride: width))
      }
    }
  }
}

extension GraphBuilder {
  /// Rotary position embedding of `heads` heads; pairs are `(i, i + D/2)`.
  /// - Parameters:
  ///   - x: `[T, heads * D]`.
  ///   - cosine: Cosines of the angles, `[T, D/2]`.
  ///   - sine: Sines of the angles, `[T, D/2]`.
  public func rotary(_ x: Value, cosine: Value, sine: Value, heads: Int) throws -> Value {
    try apply(Rotary(heads: heads, inverse: false), x, cosine, sine)
  }
}
