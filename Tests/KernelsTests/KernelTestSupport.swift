import Foundation
import Kernels
import KernelsX86V3
import KernelsX86V4

/// The kernel sets that run on this machine.
let kernelSets: [KernelSet] = {
  let report = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
  let line = report.split(separator: "\n").first { $0.hasPrefix("flags") } ?? ""
  let flags = Set(line.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init))
  var sets = [baselineKernels]
  if flags.isSuperset(of: ["avx2", "fma", "bmi2"]) { sets.append(x86V3Kernels) }
  if flags.isSuperset(of: ["avx512f", "avx512bw", "avx512dq", "avx512vl"]) {
    sets.append(x86V4Kernels)
  }
  return sets
}()

/// Keeps the memory that kernels are given by address.
final class Arena {
  private var allocations: [UnsafeMutablePointer<Float>] = []

  func buffer(_ values: [Float]) -> Buffer {
    let base = UnsafeMutableRawPointer.allocate(
      byteCount: max(64, values.count * 4), alignment: 64
    ).bindMemory(to: Float.self, capacity: max(16, values.count))
    base.initialize(from: values, count: values.count)
    allocations.append(base)
    return Buffer(base: base, count: values.count)
  }

  func buffer(filling value: Float = .nan, count: Int) -> Buffer {
    buffer([Float](repeating: value, count: count))
  }

  deinit { for allocation in allocations { allocation.deallocate() } }
}

/// Memory of an arena, 64-byte aligned.
struct Buffer {
  let base: UnsafeMutablePointer<Float>
  let count: Int

  var values: [Float] { Array(UnsafeBufferPointer(start: base, count: count)) }
  func read(_ rowStride: Int) -> ConstantRows { ConstantRows(base, rowStride: rowStride) }
  func write(_ rowStride: Int) -> MutableRows { MutableRows(base, rowStride: rowStride) }
}

/// Deterministic test data, uniform in [-1, 1).
struct Generator {
  var state: UInt64

  init(_ seed: Int) { state = UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

  mutating func next() -> Float {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Float(Int32(truncatingIfNeeded: state >> 32)) * 0x1p-31
  }

  mutating func floats(_ count: Int, scale: Float = 1, offset: Float = 0) -> [Float] {
    (0..<count).map { _ in next() * scale + offset }
  }
}

func sameBits(_ a: [Float], _ b: [Float]) -> Bool {
  a.count == b.count && zip(a, b).allSatisfy { $0.bitPattern == $1.bitPattern }
}

/// The largest |a - b| / (1 + |b|); infinite if the counts differ or a value is NaN.
func worstError(_ a: [Float], _ b: [Double]) -> Double {
  guard a.count == b.count else { return .infinity }
  return zip(a, b).reduce(0.0) { worst, pair in
    let error = (Double(pair.0) - pair.1).magnitude / (1 + pair.1.magnitude)
    return error.isNaN ? .infinity : max(worst, error)
  }
}
