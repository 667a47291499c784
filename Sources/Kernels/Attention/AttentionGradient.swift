/// Query rows of one block of the gradient. Part of the numeric contract of key and value
/// gradients, which are summed block by block: changing it changes bits.
@inlinable
var gradientLines: Int { 48 }

/// Gradients of attention for all segments of one group and one key/value head.
///
/// With P the softmax recomputed from the saved log-sum-exp and D the row sums of dO O:
/// `dV = P^T dO`, `dS = P (dO V^T - D) scale`, `dQ = dS K`, `dK = dS^T Q` (Dao et al.,
/// arXiv:2205.14135, algorithm 4). `dQuery` rows are stored; `dKey` and `dValue` are added to, by
/// segment, then head, then block of query rows.
@inlinable @inline(__always)
func attentionGradient<Tier: KernelTier, let tileRows: Int, let tileVectors: Int>(
  _ tier: Tier.Type, _ shape: TileShape<tileRows, tileVectors>, _ p: AttentionProblem,
  _ segments: UnsafePointer<AttentionSegment>, _ segmentCount: Int, _ keyValueHead: Int,
  _ output: ConstantRows, _ logSumExp: UnsafePointer<Float>, _ dOutput: ConstantRows,
  _ dQuery: MutableRows, _ dKey: MutableRows, _ dValue: MutableRows,
  _ memory: UnsafeMutableRawPointer
) {
  let dimension = p.headDimension
  let keyColumn = keyValueHead &* dimension
  for index in 0..<segmentCount {
    let s = segments[index]
    let keyCount = s.keyCount
    let stride = roundedUp(keyCount)
    var scratch = Scratch(memory)
    let edge = UnsafeMutableRawPointer(scratch.take(TileShape<tileRows, tileVectors>.count))
    let weights = MutableRows(scratch.take(gradientLines &* stride), rowStride: stride)
    let slopes = MutableRows(scratch.take(gradientLines &* stride), rowStride: stride)
    func panels(steps: Int, columns: Int) -> SmallPanels<Tier, tileRows, tileVectors> {
      SmallPanels(tier, shape, steps: steps, columns: columns, scratch: &scratch, edge: edge)
    }
    let keyRows = KeyRows(p.key, s, firstColumn: keyColumn)
    let keysAcross = panels(steps: dimension, columns: keyCount)
    keysAcross.pack(transposing: keyRows)
    let valuesAcross = panels(steps: dimension, columns: keyCount)
    valuesAcross.pack(transposing: KeyRows(p.value, s, firstColumn: keyColumn))
    let keysDown = panels(steps: keyCount, columns: dimension)
    keysDown.pack(copying: keyRows, steps: keyCount)
    let queries = panels(steps: gradientLines, columns: dimension)
    let gradients = panels(steps: gradientLines, columns: dimension)

    /// `target += left^T * right` over the first `seen` key rows of the list.
    func addToKeys(
      _ left: MutableRows, _ right: SmallPanels<Tier, tileRows, tileVectors>, _ lines: ScoreLines,
      _ seen: Int, _ target: MutableRows
    ) {
      let prefix = min(seen, s.prefixCount)
      right.multiply(
        rows: prefix, steps: lines.count, columns: dimension,
        left: LeftOperand(left.base, rowStride: 1, stepStride: stride),
        into: MutableRows(target.row(s.prefixStart) + keyColumn, rowStride: target.rowStride),
        outputColumns: dimension, accumulate: true)
      right.multiply(
        rows: seen &- prefix, steps: lines.count, columns: dimension,
        left: LeftOperand(left.base + prefix, rowStride: 1, stepStride: stride),
        into: MutableRows(target.row(s.ownStart) + keyColumn, rowStride: target.rowStride),
        outputColumns: dimension, accumulate: true)
    }

    func differentiate(_ lines: ScoreLines) {
      let seen = lines.visible(lines.count &- 1, s, p)
      let query = lines.rows(of: p.query.base, p.query.rowStride, p, start: s.queryStart)
      let dOut = lines.rows(of: dOutput.base, dOutput.rowStride, p, start: s.queryStart)
      let out = lines.rows(of: output.base, output.rowStride, p, start: s.queryStart)
      keysAcross.multiply(
        rows: lines.count, steps: dimension, columns: seen,
        left: LeftOperand(query.base, rowStride: query.rowStride, stepStride: 1), into: weights,
        outputColumns: stride, accumulate: false)
      valuesAcross.multiply(
        rows: lines.count, steps: dimension, columns: seen,
        left: LeftOperand(dOut.base, rowStride: dOut.rowStride, stepStride: 1), into: slopes,
        outputColumns: stride, accumulate: false)
      for line in 0..<lines.count {
        let dot = Tier.rowSum(dimension) {
          Tier.multiplyAdd(&$0, Tier.load(dOut, line, $1, $2), Tier.load(out, line, $1, $2))
        }
        differentiateLine(
          tier, weights.row(line), slopes.row(line), lines.visible(line, s, p), upTo: seen, p.scale,
          logSumExp[lines.statistic(line, p, start: s.queryStart)], dot)
      }
      keysDown.multiply(
        rows: lines.count, steps: seen, columns: dimension,
        left: LeftOperand(slopes.base, rowStride: stride, stepStride: 1),
        into: lines.rows(of: dQuery, p, start: s.queryStart), outputColumns: dimension,
        accumulate: false)
      queries.pack(copying: StridedWordRows(query), steps: lines.count)
      addToKeys(slopes, queries, lines, seen, dKey)
      gradients.pack(copying: StridedWordRows(dOut), steps: lines.count)
      addToKeys(weights, gradients, lines, seen, dValue)
    }

    for head in 0..<p.groupHeads {
      var first = 0
      while first < s.queryCount {
        let count = min(gradientLines, s.queryCount &- first)
        differentiate(
          ScoreLines(
            count: count, query: first, head: keyValueHead &* p.groupHeads &+ head,
            alongHeads: false))
        first &+= count
      }
    }
  }
}

/// Turns the first `count` scores of a line into softmax weights and the products dO V^T into
/// `weight (product - dot) scale`; both become 0 from `count` up to `end`.
@inlinable @inline(__always)
func differentiateLine<Tier: KernelTier>(
  _: Tier.Type, _ weights: UnsafeMutablePointer<Float>, _ slopes: UnsafeMutablePointer<Float>,
  _ count: Int, upTo end: Int, _ scale: Float, _ logSumExp: Float, _ dot: Float
) {
  let factor = Lanes(repeating: scale)
  let shift = Lanes(repeating: -logSumExp)
  var column = 0
  while column < end {
    let valid = max(0, min(16, count &- column))
    let weight = Tier.exp(Tier.multiply(Tier.load(weights + column), factor, plus: shift))
      .keeping(valid, else: 0)
    let slope = (weight * (Tier.load(slopes + column) - dot) * scale).keeping(valid, else: 0)
    weight.store(weights + column)
    slope.store(slopes + column)
    column &+= 16
  }
}
