/// `x / sqrt(mean(x^2) + epsilon) * weight` per row (Zhang and Sennrich, arXiv:1910.07467).
/// `inverse[row]` becomes the reciprocal root, which the gradients need.
@inlinable @inline(__always)
func rmsNormRows<Tier: KernelTier>(
  _: Tier.Type, _ rows: Int, _ columns: Int, _ x: ConstantRows, _ weight: UnsafePointer<Float>,
  _ epsilon: Float, _ out: MutableRows, _ inverse: UnsafeMutablePointer<Float>
) {
  for row in 0..<rows {
    let squares = Tier.rowSum(columns) {
      let value = Tier.load(x, row, $1, $2)
      Tier.multiplyAdd(&$0, value, value)
    }
    let scale = 1 / (squares / Float(columns) + epsilon).squareRoot()
    inverse[row] = scale
    Tier.writeRows(1, columns, MutableRows(out.row(row), rowStride: 0)) { _, column, count in
      Tier.load(x, row, column, count) * scale * Tier.load(weight + column, count)
    }
  }
}

/// With r the saved reciprocal root and g = weight dy: `dx = r g - x r^3 mean(g x)`.
@inlinable @inline(__always)
func rmsNormGradientRows<Tier: KernelTier>(
  _: Tier.Type, _ rows: Int, _ columns: Int, _ x: ConstantRows, _ weight: UnsafePointer<Float>,
  _ inverse: UnsafePointer<Float>, _ dy: ConstantRows, _ dx: MutableRows
) {
  for row in 0..<rows {
    let dot = Tier.rowSum(columns) {
      let g = Tier.load(weight + $1, $2) * Tier.load(dy, row, $1, $2)
      Tier.multiplyAdd(&$0, g, Tier.load(x, row, $1, $2))
    }
    let scale = inverse[row]
    let shift = Lanes(repeating: -(dot / Float(columns) * scale * scale * scale))
    Tier.writeRows(1, columns, MutableRows(dx.row(row), rowStride: 0)) { _, column, count in
      let g = Tier.load(weight + column, count) * Tier.load(dy, row, column, count)
      return Tier.multiply(Tier.load(x, row, column, count), shift, plus: g * scale)
    }
  }
}

/// `dWeight = sum over rows of dy x r`, rows in ascending order.
@inlinable @inline(__always)
func rmsNormWeightGradientColumns<Tier: KernelTier>(
  _: Tier.Type, _ rows: Int, _ columns: Int, _ x: ConstantRows, _ inverse: UnsafePointer<Float>,
  _ dy: ConstantRows, _ dWeight: UnsafeMutablePointer<Float>
) {
  Tier.columnSum(rows, columns, dWeight) { sum, row, column, count in
    Tier.multiplyAdd(
      &sum, Tier.load(dy, row, column, count), Tier.load(x, row, column, count) * inverse[row])
  }
}
