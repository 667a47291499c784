import Foundation
import Kernels

/// Log-probability of each row's target token and entropy of its distribution, with the output
/// projection inside, so that logits `[R, V]` exist only a chunk of rows at a time.
///
/// Inputs: `hidden [R, D]`, `head [V, D]`, `targets` int32 `[R]`, and a scalar temperature unless it
/// is fixed. Outputs: log-probability `[R]`, entropy in nats `[R]`, log of the denominator `[R]`.
struct TokenLogProbabilities: Operation {
  /// The temperature when known while building; nil when it is input 3.
  var temperature: Double?

  var name: String { "tokenLogProbabilities" }
  var isMemoryBound: Bool { false }
  var detail: String { temperature.map { "temperature: \($0)" } ?? "" }

  func indexRules(_ inputs: [TensorType]) -> [Int: [IndexRule]] {
    [2: [.below(inputs[1].shape[0])]]
  }

  func infer(_ inputs: [TensorType]) throws(ShapeProblem) -> [TensorType] {
    let hidden = try inputs[0].dimensions(2, "hidden")
    let head = try inputs[1].weightDimensions("the head")
    guard hidden[1] == head[1], try inputs[2].indexCount("targets") == hidden[0] else {
      throw ShapeProblem(
        "hidden \(inputs[0]), head \(inputs[1]) and targets \(inputs[2]) do not fit")
    }
    if let temperature, temperature <= 0 || !temperature.isFinite {
      throw ShapeProblem("the temperature must be positive, but is \(temperature)")
    }
    if inputs.count == 4, inputs[3] != TensorType([]) {
      throw ShapeProblem("the temperature must be a scalar [], but is \(inputs[3])")
    }
    return Array(repeating: TensorType([hidden[0]]), count: 3)
  }

  func differentiate(_ d: Derivative) throws -> [Value?] {
    let gradient = TokenLogProbabilitiesGradient(temperature: temperature, ofHead: d.wanted[1])
    let results = try d.graph.apply(gradient, d.inputs + [d.outputs[2], d.cotangent])
    return [results[0], d.wanted[1] ? results[1] : nil] + d.inputs.dropFirst(2).map { _ in nil }
  }

  func evaluate(_ inputs: [DoubleTensor], _ shapes: [[Int]]) -> [DoubleTensor] {
    var results = shapes.map { DoubleTensor(shape: $0) }
    for row in 0..<inputs[0].rows {
      let logits = scaledLogits(inputs, row, temperature)
      let top = logits.max() ?? 0
      let logSumExp = top + log(logits.reduce(0) { $0 + exp($1 - top) })
      results[0].values[row] = logits[inputs[2].integer(row)] - logSumExp
      results[1].values[row] = logits.reduce(0) { $0 - exp($1 - logSumExp) * ($1 - logSumExp) }
      results[2].values[row] = logSumExp
    }
    return results
  }

  func flops(_ inputs: [[Int]], _ outputs: [[Int]]) -> Double {
    2 * Double(elementCount(inputs[0])) * Double(inputs[1][0])
  }

  func packedWeight(_ inputs: [[Int]]) -> (input: Int, rows: Int)? {
    (1, min(inputs[0][0], ChunkedLogits.rows(inputs[1][0])))
  }

  func lower(_ lowering: CPULowering) -> CPUStep {
    let kernels = lowering.kernels.rows
    let logits = ChunkedLogits(lowering, temperature)
    let (output, entropy) = (lowering.output(0), lowering.output(1))
    let logSumExp = lowering.output(2)
    return { frame in
      let columns = logits.vocabulary(frame)
      let scale = logits.scale(frame)
      logits.forEachChunk(frame) { first, count, chunk in
        frame.forBlocks(count, of: 16) { row, rows, _ in
          let target = first + row
          let block = ConstantRows(chunk + row * columns, rowStride: columns)
          kernels.logSumExp(
            rows, columns, block, scale, logSumExp.floats(frame) + target,
            entropy.floats(frame) + target)
          kernels.logProbability(
            rows, block, scale, logits.targets.integers(frame) + target,
            logSumExp.floats(frame) + target, output.floats(frame) + target)
        }
      }
    }
  }
}

/// The gradients of the log-probabilities for hidden rows and head. Logits are computed again,
/// chunk by chunk; per row `d logits = (onehot(target) - softmax) * dy / temperature`.
struct TokenLogProbabilitiesGradient: Operation {
  var temperature: Double?
  /// Whether the head's gradient is computed too, as output 1; a frozen head needs none.
  var ofHead = true

  var name: String { "tokenLogProbabilitiesGradient" }
  var detail: String {
    [temperature.map { "temperature: \($0)" }, ofHead ? nil : "frozen head"]
      .compactMap(\.self).joined(separator: ", ")
  }

  func infer(_ inputs: [TensorType]) -> [TensorType] { Array(inputs[0..<(ofHead ? 2 : 1)]) }

  func evaluate(_ inputs: [DoubleTensor], _ shapes: [[Int]]) -> [DoubleTensor] {
    let (hidden, head) = (inputs[0], inputs[1])
    let (logSumExp, dy) = (inputs[inputs.count - 2], inputs[inputs.count - 1])
    let scale = 1 / (temperature ?? inputs[3].values[0])
    var dHidden = DoubleTensor(shape: shapes[0])
    var dHead = DoubleTensor(shape: ofHead ? shapes[1] : [0, hidden.columns])
    for row in 0..<hidden.rows {
      let logits = scaledLogits(inputs, row, temperature)
      for (token, logit) in logits.enumerated() {
        let hit = token == inputs[2].integer(row) ? 1.0 : 0
        let slope = scale * dy.values[row] * (hit - exp(logit - logSumExp.values[row]))
        for k in 0..<hidden.columns {
          dHidden[row, k] += slope * head[token, k]
          if ofHead { dHead[token, k] += slope * hidden[row, k] }
        }
      }
    }
    return ofHead ? [dHidden, dHead] : [dHidden]
  }

  func flops(_ inputs: [[Int]], _ outputs: [[Int]]) -> Double {
    (ofHead ? 6 : 4) * Double(elementCount(inputs[0])) * Double(inputs[1][0])
  }

  func packedWeight(_ inputs: [[Int]]) -> (input: Int, rows: Int)? {
    (1, min(inputs[0][0], ChunkedLogits.rows(inputs[1][0])))
  }

  func lower(_ lowering: CPULowering) -> CPUStep {
    let softmaxGradient = lowering.kernels.rows.softmaxGradient
    let logits = ChunkedLogits(lowering, temperature)
    let inputCount = lowering.graph.nodes[lowering.node].inputs.count
    let (logSumExp, dy) = (lowering.input(inputCount - 2), lowering.input(inputCount - 1))
    let dHidden = lowering.output(0)
    let dHead = ofHead ? lowering.output(1) : nil
    let byStep = RightMatrix(lowering, input: 1, layout: .stepsByColumns)
    let hiddenRows = RightMatrix(lowering, input: 0, layout: .stepsByColumns)
    let kernels = lowering.kernels
    lowering.needScratch { sizes in
      let (v, d) = (logits.vocabulary(sizes), logits.width(sizes))
      let chunk = ChunkedLogits.rows(v)
      let packing = max(
        byStep.scratchBytes(rows: chunk, columns: d, steps: v, kernels: kernels),
        dHead == nil
          ? 0 : hiddenRows.scratchBytes(rows: v, columns: d, steps: chunk, kernels: kernels))
      return logits.chunkBytes(sizes) + packing
    }
    return { frame in
      let (v, d) = (logits.vocabulary(frame), logits.width(frame))
      let scale = logits.scale(frame)
      let packing = frame.scratch + logits.chunkBytes(frame.sizes)
      if let dHead, logits.rows(frame) == 0 { frame.zero(dHead, v, d) }
      logits.forEachChunk(frame) { first, count, chunk in
        frame.forBlocks(count, of: 16) { row, rows, _ in
          softmaxGradient(
            rows, v, ConstantRows(chunk + row * v, rowStride: v), scale,
            logSumExp.floats(frame) + first + row,
            logits.targets.integers(frame) + first + row, dy.floats(frame) + first + row,
            MutableRows(chunk + row * v, rowStride: v))
        }
        byStep.multiply(
          frame, rows: count, columns: d, steps: v,
          left: LeftOperand(chunk, rowStride: v, stepStride: 1),
          into: dHidden.floats(frame) + first * d, scratch: packing)
        guard let dHead else { return }
        hiddenRows.multiply(
          frame, rows: v, columns: d, steps: count,
          left: LeftOperand(chunk, rowStride: 1, stepStride: v), rightOffset: first * d,
          into: dHead.floats(frame), accumulate: first > 0, scratch: packing)
      }
    }
  }
}

/// `1 / temperature` as the kernels use it, from a float temperature.
func logitScale(_ temperature: Float) -> Float { Float(1 / Double(temperature)) }

/// The logits of one row over the temperature, in Double.
private func scaledLogits(
  _ inputs: [DoubleTensor], _ row: Int, _ temperature: Double?
) -> [Double] {
  let (hidden, head) = (inputs[0], inputs[1])
  let scale = 1 / (temperature ?? inputs[3].values[0])
  return (0..<head.rows).map { token in
    scale * zip(hidden.row(row), head.row(token)).reduce(0) { $0 + $1.0 * $1.1 }
  }
}

/// The logits of a stretch of rows at a time, in scratch.
private struct ChunkedLogits {
  let hidden, targets: Slot
  let head: RightMatrix
  let rows, width, vocabulary: Extent
  let fixedScale: Float?
  let temperature: Slot?
  let kernels: KernelSet

  init(_ lowering: CPULowering, _ temperature: Double?) {
    (hidden, targets) = (lowering.input(0), lowering.input(2))
    head = RightMatrix(lowering, input: 1, layout: .columnsBySteps)
    (rows, width) = (lowering.inputRows(0), lowering.inputColumns(0))
    vocabulary = lowering.inputRows(1)
    fixedScale = temperature.map { logitScale(Float($0)) }
    self.temperature = temperature == nil ? lowering.input(3) : nil
    kernels = lowering.kernels
    let copy = self
    lowering.needScratch { sizes in
      copy.chunkBytes(sizes)
        + copy.head.scratchBytes(
          rows: Self.rows(copy.vocabulary(sizes)), columns: copy.vocabulary(sizes),
          steps: copy.width(sizes), kernels: copy.kernels)
    }
  }

  /// Rows per chunk: a multiple of 64 from 256 to 384, fewer for a large vocabulary. With less the
  /// head, which is packed once per chunk, would cost more than the product. Part of the numeric
  /// contract of the head's gradient; it depends on the vocabulary alone.
  static func rows(_ vocabulary: Int) -> Int {
    min(384, max(256, (1 << 20) / max(1, vocabulary) / 64 * 64))
  }

  func chunkBytes(_ sizes: UnsafePointer<Int>) -> Int {
    (Self.rows(vocabulary(sizes)) * vocabulary(sizes) * 4 + 63) & ~63
  }

  func scale(_ frame: CPUFrame) -> Float {
    fixedScale ?? temperature.map { logitScale($0.floats(frame)[0]) } ?? 1
  }

  func forEachChunk(
    _ frame: CPUFrame,
    _ body: (_ first: Int, _ count: Int, _ logits: UnsafeMutablePointer<Float>) -> Void
  ) {
    let (total, d, v) = (rows(frame), width(frame), vocabulary(frame))
    let logits = frame.scratch.assumingMemoryBound(to: Float.self)
    let packing = frame.scratch + chunkBytes(frame.sizes)
    let chunk = Self.rows(v)
    for first in stride(from: 0, to: total, by: chunk) {
      let count = min(chunk, total - first)
      head.multiply(
        frame, rows: count, columns: v, steps: d,
        left: LeftOperand(hidden.floats(frame) + first * d, rowStride: d, stepStride: 1),
        into: logits, scratch: packing)
      body(first, count, logits)
    }
  }
}

extension GraphBuilder {
  /// Log-probability of each row's target and entropy of its distribution, at a fixed temperature.
  ///
  /// The gradient flows through the log-probability; the entropy only reports.
  /// - Parameters:
  ///   - hidden: `[R, D]`.
  ///   - head: `[V, D]`, bfloat16 too.
  ///   - targets: int32 `[R]`.
  ///   - temperature: What logits are divided by before the softmax; positive.
  /// - Returns: Both `[R]`, in nats.
  public func tokenLogProbabilities(
    hidden: Value, head: Value, targets: Value, temperature: Double
  ) throws -> (logProbability: Value, entropy: Value) {
    let operation = TokenLogProbabilities(temperature: temperature)
    let results = try apply(operation, [hidden, head, targets])
    return (results[0], results[1])
  }

  /// The same with a temperature that is a scalar of the graph, taken as a constant by gradients.
  public func tokenLogProbabilities(
    hidden: Value, head: Value, targets: Value, temperature: Value
  ) throws -> (logProbability: Value, entropy: Value) {
    let operation = TokenLogProbabilities(temperature: nil)
    let results = try apply(operation, [hidden, head, targets, temperature])
    return (results[0], results[1])
  }
}
