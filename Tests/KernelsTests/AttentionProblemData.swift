import Foundation
import Kernels

/// One attention problem with its segment table, and both directions of it in plain Double loops.
struct AttentionData {
  let rows: Int
  let heads: Int
  let keyValueHeads: Int
  let dimension: Int
  let causal: Bool
  let segments: [AttentionSegment]
  let query: [Float]
  let key: [Float]
  let value: [Float]
  let dOutput: [Float]
  let arena = Arena()

  var width: Int { heads * dimension }
  var keyWidth: Int { keyValueHeads * dimension }
  var scale: Float { 1 / Float(dimension).squareRoot() }

  init(
    rows: Int, heads: Int, keyValueHeads: Int, dimension: Int, causal: Bool,
    segments: [[Int32]], seed: Int = 1
  ) {
    var generator = Generator(seed)
    self.rows = rows
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.dimension = dimension
    self.causal = causal
    self.segments = segments.map { $0.withUnsafeBufferPointer { segment($0) } }
    query = generator.floats(rows * heads * dimension, scale: 2)
    key = generator.floats(rows * keyValueHeads * dimension, scale: 2)
    value = generator.floats(rows * keyValueHeads * dimension)
    dOutput = generator.floats(rows * heads * dimension)
  }

  func problem() -> AttentionProblem {
    AttentionProblem(
      query: arena.buffer(query).read(width), key: arena.buffer(key).read(keyWidth),
      value: arena.buffer(value).read(keyWidth), heads: heads, keyValueHeads: keyValueHeads,
      headDimension: dimension, causal: causal, scale: scale)
  }

  private var largestKeyCount: Int { segments.map(\.keyCount).max() ?? 0 }

  /// Output and log-sum-exp, each segment's queries in pieces of at most `piece`.
  func forward(_ set: KernelSet, piece: Int = .max) -> (output: [Float], logSumExp: [Float]) {
    let problem = problem()
    let out = arena.buffer(filling: 0, count: rows * width)
    let statistics = arena.buffer(filling: 0, count: rows * heads)
    let scratch = arena.buffer(count: set.attention.scratchBytes(dimension, largestKeyCount) / 4)
    for segment in segments {
      for head in 0..<keyValueHeads {
        for first in stride(from: 0, to: segment.queryCount, by: min(piece, 1 << 20)) {
          set.attention.forward(
            problem, segment, head, first, min(piece, segment.queryCount - first),
            out.write(width), statistics.base, UnsafeMutableRawPointer(scratch.base))
        }
      }
    }
    return (out.values, statistics.values)
  }

  /// dQuery, dKey and dValue, one call per group and key/value head.
  func gradient(_ set: KernelSet) -> (dQuery: [Float], dKey: [Float], dValue: [Float]) {
    let (output, logSumExp) = forward(set)
    let problem = problem()
    let dQuery = arena.buffer(filling: 0, count: rows * width)
    let dKey = arena.buffer(filling: 0, count: rows * keyWidth)
    let dValue = arena.buffer(filling: 0, count: rows * keyWidth)
    let scratch = arena.buffer(
      count: set.attention.gradientScratchBytes(dimension, largestKeyCount) / 4)
    for group in Set(segments.map(\.group)).sorted() {
      let members = segments.filter { $0.group == group }
      for head in 0..<keyValueHeads {
        members.withUnsafeBufferPointer { members in
          guard let base = members.baseAddress else { return }
          set.attention.gradient(
            problem, base, members.count, head, arena.buffer(output).read(width),
            arena.buffer(logSumExp).base, arena.buffer(dOutput).read(width), dQuery.write(width),
            dKey.write(keyWidth), dValue.write(keyWidth), UnsafeMutableRawPointer(scratch.base))
        }
      }
    }
    return (dQuery.values, dKey.values, dValue.values)
  }

  /// The key rows query `index` of a segment sees, in order.
  private func keys(_ s: AttentionSegment, _ index: Int) -> [Int] {
    let own = causal ? s.ownCount - s.queryCount + index + 1 : s.ownCount
    return Array(s.prefixStart..<s.prefixStart + s.prefixCount)
      + Array(s.ownStart..<s.ownStart + max(0, own))
  }

  /// Output, log-sum-exp, dQuery, dKey, dValue.
  func reference() -> (
    output: [Double], logSumExp: [Double], dQuery: [Double], dKey: [Double], dValue: [Double]
  ) {
    var output = [Double](repeating: 0, count: rows * width)
    var statistics = [Double](repeating: 0, count: rows * heads)
    var dQuery = output
    var dKey = [Double](repeating: 0, count: rows * keyWidth)
    var dValue = dKey
    let d = 0..<dimension
    for s in segments {
      for index in 0..<s.queryCount {
        let row = s.queryStart + index
        let seen = keys(s, index)
        for head in 0..<heads {
          let q = row * width + head * dimension
          let shared = head / (heads / keyValueHeads) * dimension
          func at(_ key: Int) -> Int { key * keyWidth + shared }
          let scores = seen.map { k in
            d.reduce(0.0) { $0 + Double(query[q + $1]) * Double(key[at(k) + $1]) } * Double(scale)
          }
          let lse = log(scores.reduce(0) { $0 + exp($1) })
          statistics[row * heads + head] = lse
          let p = scores.map { exp($0 - lse) }
          for (k, p) in zip(seen, p) {
            for i in d { output[q + i] += p * Double(value[at(k) + i]) }
          }
          let total = d.reduce(0.0) { $0 + Double(dOutput[q + $1]) * output[q + $1] }
          for (k, p) in zip(seen, p) {
            let dp = d.reduce(0.0) { $0 + Double(dOutput[q + $1]) * Double(value[at(k) + $1]) }
            let slope = p * (dp - total) * Double(scale)
            for i in d {
              dQuery[q + i] += slope * Double(key[at(k) + i])
              dKey[at(k) + i] += slope * Double(query[q + i])
              dValue[at(k) + i] += p * Double(dOutput[q + i])
            }
          }
        }
      }
    }
    return (output, statistics, dQuery, dKey, dValue)
  }
}

/// A row of the segment table; 7 values.
private func segment(_ row: UnsafeBufferPointer<Int32>) -> AttentionSegment {
  guard let base = row.baseAddress, row.count == 7 else {
    preconditionFailure("a segment has 7 values")
  }
  return AttentionSegment(row: base)
}
