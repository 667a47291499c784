import Foundation
import Kernels

/// What attention and its gradient share.
struct AttentionSettings: Sendable, Hashable {
  var heads: Int
  var keyValueHeads: Int
  var causal: Bool
  var scale: Double

  var detail: String {
    "heads: \(heads), keyValueHeads: \(keyValueHeads)\(causal ? ", causal" : ""), scale: \(scale)"
  }

  /// The head width D of `query [T, H*D]`, `key` and `value [S, KV*D]`, `segments [n, 7]`.
  func headWidth(_ inputs: ArraySlice<TensorType>, segments: TensorType) throws(ShapeProblem) -> Int
  {
    let (query, key, value) = (inputs[0], inputs[1], inputs[2])
    guard case .fixed(let width) = try query.dimensions(2, "query")[1], heads > 0,
      keyValueHeads > 0, width % heads == 0, heads % keyValueHeads == 0
    else {
      throw ShapeProblem(
        "query \(query) is not \(heads) heads in groups for \(keyValueHeads) key/value heads")
    }
    let keyWidth = keyValueHeads * width / heads
    guard try key.dimensions(2, "key")[1] == .fixed(keyWidth), key == value else {
      throw ShapeProblem(
        "key \(key) and value \(value) must both be [rows, \(keyWidth)] for query \(query)")
    }
    guard segments.element == .int32, segments.rank == 2,
      segments.shape[1] == .fixed(SegmentRow.width)
    else {
      throw ShapeProblem("segments must be int32 [n, \(SegmentRow.width)], but is \(segments)")
    }
    return width / heads
  }

  /// Multiply-adds count two: scores and weighted values over pairs of a query and a key row.
  func flops(_ query: [Int], pairs: Double) -> Double { 4 * pairs * Double(query[1]) }
}

/// An operation over the pairs of query and key rows that a segment table, input 3, allows.
protocol SegmentedOperation: Operation {
  /// Floating-point operations for true sizes and so many pairs.
  func flops(_ inputs: [[Int]], _ outputs: [[Int]], pairs: Double) -> Double
}

extension SegmentedOperation {
  /// At most: as if every query saw every key.
  func flops(_ inputs: [[Int]], _ outputs: [[Int]]) -> Double {
    flops(inputs, outputs, pairs: Double(inputs[0][0]) * Double(inputs[1][0]))
  }
}

/// Attention over packed rows with a segment table: each query row attends to its segment's prefix
/// rows and then its own rows, up to itself if causal. Rows that no segment covers give zeros.
///
/// Outputs: `[T, H*D]`, and the log of the softmax denominators `[T, H]` for the gradient.
struct Attention: SegmentedOperation {
  var settings: AttentionSettings

  var name: String { "attention" }
  var isMemoryBound: Bool { false }
  var detail: String { settings.detail }

  func indexRules(_ inputs: [TensorType]) -> [Int: [IndexRule]] {
    [
      3: [
        .segments(
          queries: inputs[0].shape[0], keys: inputs[1].shape[0], causal: settings.causal)
      ]
    ]
  }

  func infer(_ inputs: [TensorType]) throws(ShapeProblem) -> [TensorType] {
    _ = try settings.headWidth(inputs[0..<3], segments: inputs[3])
    return [inputs[0], TensorType([inputs[0].shape[0], .fixed(settings.heads)])]
  }

  func differentiate(_ d: Derivative) throws -> [Value?] {
    let gradients = try d.graph.apply(
      AttentionGradient(settings: settings), d.inputs + d.outputs + [d.cotangent])
    return gradients.map(Optional.some) + [nil]
  }

  func flops(_ inputs: [[Int]], _ outputs: [[Int]], pairs: Double) -> Double {
    settings.flops(inputs[0], pairs: pairs)
  }

  func evaluate(_ inputs: [DoubleTensor], _ shapes: [[Int]]) -> [DoubleTensor] {
    var y = DoubleTensor(shape: shapes[0])
    var logSumExp = DoubleTensor(shape: shapes[1])
    settings.forEachQuery(inputs) { row, head, keys, probabilities, logDenominator in
      logSumExp[row, head] = logDenominator
      let width = y.columns / settings.heads
      let valueColumn = head / (settings.heads / settings.keyValueHeads) * width
      for (key, probability) in zip(keys, probabilities) {
        for i in 0..<width {
          y[row, head * width + i] += probability * inputs[2][key, valueColumn + i]
        }
      }
    }
    return [y, logSumExp]
  }

  func lower(_ lowering: CPULowering) -> CPUStep {
    let kernels = lowering.kernels.attention
    let layout = AttentionLayout(lowering, settings)
    let (y, logSumExp) = (lowering.output(0), lowering.output(1))
    let settings = settings
    lowering.needWorkerScratch { kernels.scratchBytes(layout.headWidth, layout.keyRows($0)) }
    return { frame in
      let problem = layout.problem(frame)
      let (rows, count) = (layout.queryRows(frame), layout.segmentCount(frame))
      let table = layout.segments.integers(frame)
      var covered = 0
      var longest = 0
      for index in 0..<count {
        let queries = Int(table[index * SegmentRow.width + 1])
        covered += queries
        longest = max(longest, queries)
      }
      let width = settings.heads * layout.headWidth
      if covered < rows {
        frame.zero(y, rows, width)
        frame.zero(logSumExp, rows, settings.heads)
      }
      // Items: (segment, key/value head, stretch of queries). Bits do not depend on the cut.
      let stretch = 192
      let stretches = (longest + stretch - 1) / stretch
      let output = MutableRows(y.floats(frame), rowStride: width)
      frame.pool.run(count * settings.keyValueHeads * stretches) { item, worker in
        let part = item % stretches
        let head = item / stretches % settings.keyValueHeads
        let segment = AttentionSegment(
          row: table + item / stretches / settings.keyValueHeads * SegmentRow.width)
        let queries = min(stretch, segment.queryCount - part * stretch)
        guard queries > 0 else { return }
        kernels.forward(
          problem, segment, head, part * stretch, queries, output, logSumExp.floats(frame),
          frame.workerScratch(worker))
      }
    }
  }
}

/// The gradients of attention for query, key and value.
struct AttentionGradient: SegmentedOperation {
  var settings: AttentionSettings

  var name: String { "attentionGradient" }
  var detail: String { settings.detail }

  func indexRules(_ inputs: [TensorType]) -> [Int: [IndexRule]] {
    [3: [.groups(keys: inputs[1].shape[0])]]
  }

  func infer(_ inputs: [TensorType]) -> [TensorType] { Array(inputs[0..<3]) }

  func flops(_ inputs: [[Int]], _ outputs: [[Int]], pairs: Double) -> Double {
    5 * settings.flops(inputs[0], pairs: pairs) / 2
  }

  func evaluate(_ inputs: [DoubleTensor], _ shapes: [[Int]]) -> [DoubleTensor] {
    let (query, key, value, dy) = (inputs[0], inputs[1], inputs[2], inputs[6])
    var (dQuery, dKey, dValue) = (
      DoubleTensor(shape: shapes[0]), DoubleTensor(shape: shapes[1]), DoubleTensor(shape: shapes[2])
    )
    let width = query.columns / settings.heads
    settings.forEachQuery(inputs) { row, head, keys, probabilities, _ in
      let first = head * width
      let shared = head / (settings.heads / settings.keyValueHeads) * width
      let slopes = keys.map { key in
        (0..<width).reduce(0) { $0 + dy[row, first + $1] * value[key, shared + $1] }
      }
      let mean = zip(probabilities, slopes).reduce(0) { $0 + $1.0 * $1.1 }
      for ((k, probability), slope) in zip(zip(keys, probabilities), slopes) {
        let dScore = probability * (slope - mean) * settings.scale
        for i in 0..<width {
          dQuery[row, first + i] += dScore * key[k, shared + i]
          dKey[k, shared + i] += dScore * query[row, first + i]
          dValue[k, shared + i] += probability * dy[row, first + i]
        }
      }
    }
    return [dQuery, dKey, dValue]
  }

  func lower(_ lowering: CPULowering) -> CPUStep {
    let kernels = lowering.kernels.attention
    let layout = AttentionLayout(lowering, settings)
    let (y, logSumExp, dy) = (lowering.input(4), lowering.input(5), lowering.input(6))
    let (dQuery, dKey, dValue) = (lowering.output(0), lowering.output(1), lowering.output(2))
    let settings = settings
    lowering.needWorkerScratch {
      kernels.gradientScratchBytes(layout.headWidth, layout.keyRows($0))
    }
    return { frame in
      let problem = layout.problem(frame)
      let (groups, segments) = layout.groupedSegments(frame)
      let width = settings.heads * layout.headWidth
      let keyWidth = settings.keyValueHeads * layout.headWidth
      frame.zero(dQuery, layout.queryRows(frame), width)
      frame.zero(dKey, layout.keyRows(frame), keyWidth)
      frame.zero(dValue, layout.keyRows(frame), keyWidth)
      segments.withUnsafeBufferPointer { segments in
        guard let base = segments.baseAddress else { return }
        // One item per (group, key/value head): it alone writes that head's key gradients.
        frame.pool.run(groups.count * settings.keyValueHeads) { item, worker in
          let group = groups[item / settings.keyValueHeads]
          kernels.gradient(
            problem, base + group.lowerBound, group.count, item % settings.keyValueHeads,
            ConstantRows(y.floats(frame), rowStride: width), logSumExp.floats(frame),
            ConstantRows(dy.floats(frame), rowStride: width),
            MutableRows(dQuery.floats(frame), rowStride: width),
            MutableRows(dKey.floats(frame), rowStride: keyWidth),
            MutableRows(dValue.floats(frame), rowStride: keyWidth),
            frame.workerScratch(worker))
        }
      }
    }
  }
}

/// Where the operands of attention are on the CPU.
private struct AttentionLayout {
  let settings: AttentionSettings
  let query, key, value, segments: Slot
  let queryRows, keyRows, segmentCount: Extent
  let headWidth: Int

  init(_ lowering: CPULowering, _ settings: AttentionSettings) {
    self.settings = settings
    (query, key, value) = (lowering.input(0), lowering.input(1), lowering.input(2))
    segments = lowering.input(3)
    (queryRows, keyRows) = (lowering.inputRows(0), lowering.inputRows(1))
    segmentCount = lowering.inputRows(3)
    if case .fixed(let width) = lowering.inputType(0).columns {
      headWidth = width / settings.heads
    } else {
      preconditionFailure("attention: the shape rule lets only fixed widths pass")
    }
  }

  func problem(_ frame: CPUFrame) -> AttentionProblem {
    let keyWidth = settings.keyValueHeads * headWidth
    return AttentionProblem(
      query: ConstantRows(query.floats(frame), rowStride: settings.heads * headWidth),
      key: ConstantRows(key.floats(frame), rowStride: keyWidth),
      value: ConstantRows(value.floats(frame), rowStride: keyWidth), heads: settings.heads,
      keyValueHeads: settings.keyValueHeads, headDimension: headWidth, causal: settings.causal,
      scale: Float(settings.scale))
  }

  /// The segments by group, table order kept inside a group, with each group's range.
  func groupedSegments(_ frame: CPUFrame) -> (groups: [Range<Int>], segments: [AttentionSegment]) {
    let table = segments.integers(frame)
    let rows = (0..<segmentCount(frame)).map { table + $0 * SegmentRow.width }
    let order = rows.indices.sorted { (rows[$0][6], $0) < (rows[$1][6], $1) }
    var groups: [Range<Int>] = []
    for (position, index) in order.enumerated() {
      if let last = groups.last, rows[order[last.lowerBound]][6] == rows[index][6] {
        groups[groups.count - 1] = last.lowerBound..<position + 1
      } else {
        groups.append(position..<position + 1)
      }
    }
    return (groups, order.map { AttentionSegment(row: rows[$0]) })
  }
}

extension AttentionSettings {
  /// Visits every covered (query row, head) with its keys and their softmax, in Double.
  fileprivate func forEachQuery(
    _ inputs: [DoubleTensor],
    _ body: (
      _ row: Int, _ head: Int, _ keys: [Int], _ probabilities: [Double], _ logDenominator: Double
    ) -> Void
  ) {
    let (query, key) = (inputs[0], inputs[1])
    let width = query.columns / heads
    for segment in SegmentRow.all(inputs[3].values.map { Int32($0) }) {
      for index in 0..<segment.queryCount {
        let keys = segment.keys(ofQuery: index, causal: causal)
        let row = segment.queryStart + index
        guard !keys.isEmpty else { continue }
        for head in 0..<heads {
          let shared = head / (heads / keyValueHeads) * width
          let scores = keys.map { k in
            scale
              * (0..<width).reduce(0) { $0 + query[row, head * width + $1] * key[k, shared + $1] }
          }
          let top = scores.max() ?? 0
          let denominator = scores.reduce(0) { $0 + exp($1 - top) }
          let logDenominator = top + log(denominator)
          body(row, head, keys, scores.map { exp($0 - logDenominator) }, logDenominator)
        }
      }
    }
  }
}

extension GraphBuilder {
  /// Attention over packed rows, with grouped key/value heads.
  /// - Parameters:
  ///   - query: `[T, heads * D]`.
  ///   - key: `[S, keyValueHeads * D]`.
  ///   - value: `[S, keyValueHeads * D]`.
  ///   - segments: int32 `[n, 7]`: queryStart, queryCount, prefixStart, prefixCount, ownStart,
  ///     ownCount, group. Query j of a segment sees all prefix rows, then its own rows: all of
  ///     them, or the first `ownCount - queryCount + j + 1` if causal. Segments that share key rows
  ///     carry the same group.
  ///   - scale: What scores are multiplied with before the softmax, usually `1 / sqrt(D)`.
  /// - Returns: `[T, heads * D]`; rows that no segment covers are zero.
  public func attention(
    query: Value, key: Value, value: Value, segments: Value, heads: Int, keyValueHeads: Int,
    causal: Bool, scale: Double
  ) throws -> Value {
    let settings = AttentionSettings(
      heads: heads, keyValueHeads: keyValueHeads, causal: causal, scale: scale)
    return try apply(Attention(settings: settings), query, key, value, segments)
  }
}
