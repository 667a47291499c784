/// Rotary positions (Su et al., arXiv:2104.09864) in the rotate-half layout: in every head the pair
/// (i, i + D/2) is turned by its row's angle i, by minus that angle if `inverse`.
/// `cosine` and `sine` are `[rows, D/2]`.
@inlinable @inline(__always)
func rotaryRows<Tier: KernelTier>(
  _: Tier.Type, _ rows: Int, _ heads: Int, _ headDimension: Int, _ x: ConstantRows,
  _ cosine: ConstantRows, _ sine: ConstantRows, _ inverse: Bool, _ out: MutableRows
) {
  let half = headDimension / 2
  let sign: Float = inverse ? -1 : 1
  for row in 0..<rows {
    for head in 0..<heads {
      let source = x.row(row) + head &* headDimension
      let target = out.row(row) + head &* headDimension
      Tier.writeRows(1, half, MutableRows(target, rowStride: 0)) { _, column, count in
        let first = Tier.load(source + column, count)
        let second = Tier.load(source + half + column, count)
        let c = Tier.load(cosine, row, column, count)
        let s = Tier.load(sine, row, column, count) * sign
        Tier.multiply(first, s, plus: second * c).store(target + half + column, count)
        return Tier.multiply(-second, s, plus: first * c)
      }
    }
  }
}
