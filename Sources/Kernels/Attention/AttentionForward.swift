/// The rows of one block of scores: consecutive queries of one head, or, for a single query, the
/// heads that share a key/value head. Which of the two never changes a row's bits.
@usableFromInline
struct ScoreLines {
  @usableFromInline var count: Int
  /// Query of line 0 within the segment; head of line 0.
  @usableFromInline var query: Int
  @usableFromInline var head: Int
  @usableFromInline var queryStep: Int
  @usableFromInline var headStep: Int

  @inlinable @inline(__always)
  init(count: Int, query: Int, head: Int, alongHeads: Bool) {
    self.count = count
    self.query = query
    self.head = head
    queryStep = alongHeads ? 0 : 1
    headStep = alongHeads ? 1 : 0
  }

  /// The lines' columns of a matrix of query rows.
  @inlinable @inline(__always)
  func rows(of base: UnsafePointer<Float>, _ rowStride: Int, _ p: AttentionProblem, start: Int)
    -> ConstantRows
  {
    ConstantRows(
      base + ((start &+ query) &* rowStride &+ head &* p.headDimension),
      rowStride: queryStep &* rowStride &+ headStep &* p.headDimension)
  }

  /// The lines' columns of a matrix of query rows.
  @inlinable @inline(__always)
  func rows(of matrix: MutableRows, _ p: AttentionProblem, start: Int) -> MutableRows {
    MutableRows(
      matrix.base + ((start &+ query) &* matrix.rowStride &+ head &* p.headDimension),
      rowStride: queryStep &* matrix.rowStride &+ headStep &* p.headDimension)
  }

  @inlinable @inline(__always)
  func visible(_ line: Int, _ segment: AttentionSegment, _ p: AttentionProblem) -> Int {
    segment.visible(query &+ line &* queryStep, causal: p.causal)
  }

  /// Index of a line's log-sum-exp in a `[rows, heads]` matrix.
  @inlinable @inline(__always)
  func statistic(_ line: Int, _ p: AttentionProblem, start: Int) -> Int {
    (start &+ query &+ line &* queryStep) &* p.heads &+ head &+ line &* headStep
  }
}

/// Most lines of one block of scores. Speed only.
@inlinable
var forwardLines: Int { 24 }

/// Attention of some query rows of one segment, for all heads of one key/value head.
///
/// A line (a query row's head) is computed from nothing but its own key list: scores are one
/// multiply-add chain over the head dimension; the maximum; exponentials; their sum over the list
/// in the fixed order of `rowSum`; then the weighted sum of value rows in list order, in blocks of
/// `reductionBlock` keys; then the division. So a decoded row, a packed row and a row behind a
/// shared or a repeated prefix have the same bits.
@inlinable @inline(__always)
func attentionForward<Tier: KernelTier, let tileRows: Int, let tileVectors: Int>(
  _ tier: Tier.Type, _ shape: TileShape<tileRows, tileVectors>,
  _ p: AttentionProblem, _ s: AttentionSegment, _ keyValueHead: Int, _ firstQuery: Int,
  _ queryCount: Int, _ out: MutableRows, _ logSumExp: UnsafeMutablePointer<Float>,
  _ memory: UnsafeMutableRawPointer
) {
  guard queryCount > 0 else { return }
  let dimension = p.headDimension
  let keyCount = s.visible(firstQuery &+ queryCount &- 1, causal: p.causal)
  let stride = roundedUp(keyCount)
  var scratch = Scratch(memory)
  if queryCount == 1 && readsInPlace(tier, dimension) {
    let scores = MutableRows(scratch.take(forwardLines &* stride), rowStride: stride)
    func attend<let lines: Int>(_ head: Int, _: LineCount<lines>) {
      let line = ScoreLines(
        count: lines, query: firstQuery, head: keyValueHead &* p.groupHeads &+ head,
        alongHeads: true)
      let seen = line.visible(0, s, p)
      let attention = AttentionLines<Tier, lines>(
        tier, keys: KeyRows(p.key, s, firstColumn: keyValueHead &* dimension),
        values: KeyRows(p.value, s, firstColumn: keyValueHead &* dimension), count: seen,
        dimension: dimension)
      attention.score(
        line.rows(of: p.query.base, p.query.rowStride, p, start: s.queryStart), into: scores)
      var inverses = InlineArray<lines, Float>(repeating: 0)
      for index in 0..<lines {
        let (sum, statistic) = exponentiate(tier, scores.row(index), seen, upTo: seen, p.scale)
        logSumExp[line.statistic(index, p, start: s.queryStart)] = statistic
        inverses[index] = sum > 0 ? 1 / sum : sum
      }
      attention.weigh(
        scores, times: inverses, into: line.rows(of: out, p, start: s.queryStart))
    }
    var head = 0
    while head < p.groupHeads {
      switch p.groupHeads &- head {
      case 1: attend(head, LineCount<1>())
      case 2: attend(head, LineCount<2>())
      case 3: attend(head, LineCount<3>())
      default: attend(head, LineCount<4>())
      }
      head &+= 4
    }
    return
  }
  let edge = UnsafeMutableRawPointer(scratch.take(TileShape<tileRows, tileVectors>.count))
  let scores = MutableRows(scratch.take(forwardLines &* stride), rowStride: stride)
  let keys = SmallPanels(
    tier, shape, steps: dimension, columns: keyCount, scratch: &scratch, edge: edge)
  keys.pack(transposing: KeyRows(p.key, s, firstColumn: keyValueHead &* dimension))
  let values = SmallPanels(
    tier, shape, steps: keyCount, columns: dimension, scratch: &scratch, edge: edge)
  let valueRows = KeyRows(p.value, s, firstColumn: keyValueHead &* dimension)
  values.pack(copying: valueRows, steps: keyCount)

  func attend(_ lines: ScoreLines) {
    let seen = lines.visible(lines.count &- 1, s, p)
    let query = lines.rows(of: p.query.base, p.query.rowStride, p, start: s.queryStart)
    keys.multiply(
      rows: lines.count, steps: dimension, columns: seen,
      left: LeftOperand(query.base, rowStride: query.rowStride, stepStride: 1), into: scores,
      outputColumns: stride, accumulate: false)
    var inverses = InlineArray<24, Float>(repeating: 0)
    for line in 0..<lines.count {
      let (sum, statistic) = exponentiate(
        tier, scores.row(line), lines.visible(line, s, p), upTo: seen, p.scale)
      inverses[line] = sum > 0 ? 1 / sum : sum
      logSumExp[lines.statistic(line, p, start: s.queryStart)] = statistic
    }
    let target = lines.rows(of: out, p, start: s.queryStart)
    values.multiply(
      rows: lines.count, steps: seen, columns: dimension,
      left: LeftOperand(scores.base, rowStride: stride, stepStride: 1), into: target,
      outputColumns: dimension, accumulate: false)
    for line in 0..<lines.count {
      let row = target.row(line)
      let inverse = inverses[line]
      Tier.writeRows(1, dimension, MutableRows(row, rowStride: 0)) { _, column, count in
        Tier.load(row + column, count) * inverse
      }
    }
  }

  let firstHead = keyValueHead &* p.groupHeads
  let alongHeads = queryCount == 1
  let lineCount = alongHeads ? p.groupHeads : queryCount
  for head in 0..<(alongHeads ? 1 : p.groupHeads) {
    var first = 0
    while first < lineCount {
      let count = min(forwardLines, lineCount &- first)
      attend(
        ScoreLines(
          count: count, query: firstQuery &+ (alongHeads ? 0 : first),
          head: firstHead &+ (alongHeads ? first : head), alongHeads: alongHeads))
      first &+= count
    }
  }
}

/// Replaces the first `count` scores of a line by `e^((score - maximum) scale)`, and those after
/// them up to `end` by 0. Returns the sum of the exponentials and the log-sum-exp of the scaled
/// scores; 0 and -infinity for an empty line. The memory reaches to the next multiple of 16.
@inlinable @inline(__always)
func exponentiate<Tier: KernelTier>(
  _: Tier.Type, _ line: UnsafeMutablePointer<Float>, _ count: Int, upTo end: Int, _ scale: Float
) -> (sum: Float, logSumExp: Float) {
  var column = count
  while column < end {
    line[column] = 0
    column &+= 1
  }
  guard count > 0 else { return (0, -.infinity) }
  let largest = Tier.largestOfRow(line, count)
  let sum = Tier.rowSum(count) { sum, column, length in
    let distance = (Tier.load(line + column, length) - largest) * scale
    let weight = Tier.exp(distance).keeping(length, else: 0)
    weight.store(line + column, length)
    sum += weight
  }
  return (sum, largest * scale + Tier.log(sum))
}
