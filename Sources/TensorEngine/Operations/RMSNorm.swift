/// `y = x / sqrt(mean(x^2) + epsilon) * weight` per row (Zhang and Sennrich 2019, equation 4).
///
/// Outputs: `y [T, N]`, and `1 / rms [T]` for the gradient.
struct RMSNorm: Operation {
  var epsilon: Double

  var name: String { "rmsNorm" }
  var detail: String { "epsilon: \(epsilon)" }

  func infer(_ inputs: [TensorType]) throws(ShapeProblem) -> [TensorType] {
    let shape = try inputs[0].dimensions(2, "x")
    guard inputs[1] == TensorType([shape[1]]) else {
      throw ShapeProblem("the weight must be [\(shape[1])] for x \(inputs[0]), but is \(inputs[1])")
    }
    return [inputs[0], TensorType([shape[0]])]
  }

  func differentiate(_ d: Derivative) throws -> [Value?] {
    let (x, weight, inverse) = (d.inputs[0], d.inputs[1], d.outputs[1])
    let g = d.graph
    return [
      try d.wanted[0] ? g.apply(RMSNormGradient(), x, weight, inverse, d.cotangent) : nil,
      try d.wanted[1] ? g.apply(RMSNormWeightGradient(), x, inverse, d.cotangent) : nil,
    ]
  }

  func evaluate(_ inputs: [DoubleTensor], _ shapes: [[Int]]) -> [DoubleTensor] {
    let (x, weight) = (inputs[0], inputs[1])
    var y = DoubleTensor(shape: shapes[0])
    var inverse = DoubleTensor(shape: shapes[1])
    for row in 0..<x.rows {
      let squares = x.row(row).reduce(0) { $0 + $1 * $1 }
      inverse.values[row] = 1 / (squares / Double(x.columns) + epsilon).squareRoot()
      for column in 0..<x.columns {
        y[row, column] = x[row, column] * inverse.values[row] * weight.values[column]
      }
    }
    return [y, inverse]
  }

  func flops(_ inputs: [[Int]], _ outputs: [[Int]]) -> Double {
    4 * Double(elementCount(inputs[0]))
  }

  func lower(_ lowering: CPULowering) -> CPUStep {
    let kernel = lowering.kernels.rows.rmsNorm
    let (x, weight) = (lowering.input(0), lowering.input(1))
    let (y, inverse) = (lowering.output(0), lowering.output(1))
    let (rows, columns) = (lowering.inputRows(0), lowering.inputColumns(0))
    let epsilon = Float(epsilon)
    return { frame in
      let width = columns(frame)
      frame.forRowBlocks(rows(frame), columns: width) { first, count in
        kernel(
          count, width, .init(x.floats(frame) + first * width, rowStride: width),
          weight.floats(frame), epsilon, .init(y.floats(frame) + first * width, rowStride: width),
          inverse.floats(frame) + first)
      }
    }
  }
}

/// The gradient of `rmsNorm` for `x`, per row with r = 1/rms:
/// `dx = r * (w * dy) - x * r^3 / N * sum(w * dy * x)`.
struct RMSNormGradient: Operation {
  var name: String { "rmsNormGradient" }

  func infer(_ inputs: [TensorType]) -> [TensorType] { [inputs[0]] }

  func evaluate(_ inputs: [DoubleTensor], _ shapes: [[Int]]) -> [DoubleTensor] {
    let (x, weight, inverse, dy) = (inputs[0], inputs[1], inputs[2], inputs[3])
    var dx = DoubleTensor(shape: shapes[0])
    for row in 0..<x.rows {
      let r = inverse.values[row]
      var dot = 0.0
      for column in 0..<x.columns {
        dot += weight.values[column] * dy[row, column] * x[row, column]
      }
      for column in 0..<x.columns {
        dx[row, column] =
          r * weight.values[column] * dy[row, column]
          - x[row, column] * r * r * r * dot / Double(x.columns)
      }
    }
    return [dx]
  }

  func flops(_ inputs: [[Int]], _ outputs: [[Int]]) -> Double {
    8 * Double(elementCount(inputs[0]))
  }

  func lower(_ lowering: CPULowering) -> CPUStep {
    let kernel = lowering.kernels.rows.rmsNormGradient
    let (x, weight, inverse) = (lowering.input(0), lowering.input(1), lowering.input(2))
    let (dy, dx) = (lowering.input(3), lowering.output(0))
    let (rows, columns) = (lowering.inputRows(0), lowering.inputColumns(0))
    return { frame in
      let width = columns(frame)
      frame.forRowBlocks(rows(frame), columns: width) { first, count in
        let offset = first * width
        kernel(
          count, width, .init(x.floats(frame) + offset, rowStride: width), weight.floats(frame),
          inverse.floats(frame) + first, .init(dy.floats(frame) + offset, rowStride: width),
          .init(dx.floats(frame) + offset, rowStride: width))
      }
    }
  }
}

/// The gradient of `rmsNorm` for its weight: `dw[j] = sum over rows of dy * x * r`.
struct RMSNormWeightGradient: Operation {
  var name: String { "rmsNormWeightGradient" }

  func infer(_ inputs: [TensorType]) -> [TensorType] { [TensorType([inputs[0].columns])] }

  func evaluate(_ inputs: [DoubleTensor], _ shapes: [[Int]]) -> [DoubleTensor] {
    let (x, inverse, dy) = (inputs[0], inputs[1], inputs[2])
    var dw = DoubleTensor(shape: shapes[0])
    for row in 0..<x.rows {
      for column in 0..<x.columns {
        dw.values[column] += dy[row, column] * x[row, column] * inverse.values[row]
      }
    }
    return [dw]
  }

  func lower(_ lowering: CPULowering) -> CPUStep {
    let kernel = lowering.kernels.rows.rmsNormWeightGradient
    let (x, inverse, dy) = (lowering.input(0), lowering.input(1), lowering.input(2))
    let dw = lowering.output(0)
    let (rows, columns) = (lowering.inputRows(0), lowering.inputColumns(0))
    return { frame in
      let width = columns(frame)
      frame.forColumnBlocks(width, rows: rows(frame)) { first, count in
        kernel(
          rows(frame), count, .init(x.floats(frame) + first, rowStride: width),
          inverse.floats(frame), .init(dy.floats(frame) + first, rowStride: width),
          dw.floats(frame) + first)
      }
    }
  }
}

extension GraphBuilder {
  /// Root-mean-square normalization of each row: `x [T, N]`, `weight [N]`.
  public func rmsNorm(_ x: Value, weight: Value, epsilon: Double) throws -> Value {
    try apply(RMSNorm(epsilon: epsilon), x, weight)
  }
}
