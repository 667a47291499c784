/// `log sum exp(scale logits)` per row and, if asked for, the entropy of the row's softmax in nats.
/// `scale` must be positive.
@inlinable @inline(__always)
func logSumExpRows<Tier: KernelTier>(
  _: Tier.Type, _ rows: Int, _ columns: Int, _ logits: ConstantRows, _ scale: Float,
  _ logSumExp: UnsafeMutablePointer<Float>, _ entropy: UnsafeMutablePointer<Float>?
) {
  let factor = Lanes(repeating: scale)
  for row in 0..<rows {
    let x = logits.row(row)
    let largest = Tier.largestOfRow(x, columns) * scale
    let shift = Lanes(repeating: -largest)
    // e^d and d e^d for the distances d <= 0 from the maximum; padding lanes add 0.
    var weighted = Lanes.zero
    let sum = Tier.rowSum(columns) { sum, column, count in
      let d = Tier.multiply(Tier.load(x + column, count), factor, plus: shift)
      let weight = Tier.exp(d).keeping(count, else: 0)
      sum += weight
      Tier.multiplyAdd(&weighted, weight, d)
    }
    let logSum = Tier.log(sum)
    logSumExp[row] = largest + logSum
    if let entropy { entropy[row] = logSum - weighted.total / sum }
  }
}

extension KernelTier {
  /// The largest of `columns` (at least one) numbers.
  @inlinable @inline(__always)
  static func largestOfRow(_ x: UnsafePointer<Float>, _ columns: Int) -> Float {
    var largest = Lanes(repeating: -.infinity)
    var column = 0
    while column &+ 16 <= columns {
      largest = largest.larger(load(x + column))
      column &+= 16
    }
    if column < columns {
      let count = columns &- column
      largest = largest.larger(load(x + column, count).keeping(count, else: -.infinity))
    }
    return largest.largest
  }
}

/// `scale logits[target] - logSumExp` per row.
@inlinable @inline(__always)
func logProbabilityRows<Tier: KernelTier>(
  _: Tier.Type, _ rows: Int, _ logits: ConstantRows, _ scale: Float,
  _ targets: UnsafePointer<Int32>, _ logSumExp: UnsafePointer<Float>,
  _ out: UnsafeMutablePointer<Float>
) {
  for row in 0..<rows {
    out[row] = logits.row(row)[Int(targets[row])] * scale - logSumExp[row]
  }
}

/// The gradient of `scale logits[target] - logSumExp` with respect to the logits, times `dy` of the
/// row: `scale dy (onehot(target) - softmax)`.
@inlinable @inline(__always)
func softmaxGradientRows<Tier: KernelTier>(
  _: Tier.Type, _ rows: Int, _ columns: Int, _ logits: ConstantRows, _ scale: Float,
  _ logSumExp: UnsafePointer<Float>, _ targets: UnsafePointer<Int32>, _ dy: UnsafePointer<Float>,
  _ out: MutableRows
) {
  let factor = Lanes(repeating: scale)
  for row in 0..<rows {
    let gradient = dy[row] * scale
    let shift = Lanes(repeating: -logSumExp[row])
    Tier.writeRows(1, columns, MutableRows(out.row(row), rowStride: 0)) { _, column, count in
      Tier.exp(Tier.multiply(Tier.load(logits, row, column, count), factor, plus: shift))
        * -gradient
    }
    out.row(row)[Int(targets[row])] += gradient
  }
}
