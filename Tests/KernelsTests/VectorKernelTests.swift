import Foundation
import Kernels
import Testing

@Suite("Vector kernels")
struct VectorKernelTests {
  static let cases = elementwiseCases + rowCases
  /// Below, at and above the 16 lanes and the 64 columns of a step; one and several rows.
  static let shapes = [(1, 1), (3, 5), (2, 16), (5, 17), (130, 64), (4, 160), (2, 4133)]

  @Test("equal plain loops in Double", arguments: cases)
  func equalReference(_ test: KernelCase) {
    for (rows, columns) in Self.shapes {
      let inputs = KernelInputs(rows: rows, columns: columns)
      let expected = test.reference(inputs)
      for set in kernelSets {
        let error = worstError(test.kernel(set, inputs), expected)
        #expect(error < test.tolerance, "\(set.name) \(rows)x\(columns): \(error)")
      }
    }
  }

  @Test("have the same bits on every fused tier", arguments: cases)
  func sameBitsOnFusedTiers(_ test: KernelCase) throws {
    let fused = kernelSets.filter(\.fused)
    let first = try #require(fused.first)
    for (rows, columns) in Self.shapes {
      let inputs = KernelInputs(rows: rows, columns: columns)
      let expected = test.kernel(first, inputs)
      for set in fused.dropFirst() {
        #expect(sameBits(test.kernel(set, inputs), expected), "\(set.name) \(rows)x\(columns)")
      }
    }
  }

  @Test("exp keeps to a few ulps and to its limits", arguments: kernelSets.map(\.name))
  func exponentialAccuracy(_ name: String) throws {
    let set = try #require(kernelSets.first { $0.name == name })
    let x = stride(from: Float(-87.3), to: 88.72, by: 0.01).map { $0 }
    let error = zip(x, unary(set, .exp, x)).map { x, y in
      (Double(y) / exp(Double(x)) - 1).magnitude
    }.max()
    let worst = try #require(error)
    #expect(worst < 1.5e-7)
    #expect(
      unary(set, .exp, [-.infinity, -88, 0, 88.8, .infinity]) == [0, 0, 1, .infinity, .infinity])
    #expect(unary(set, .exp, [.nan])[0].isNaN)
  }

  @Test("log keeps to a few ulps and to its limits", arguments: kernelSets.map(\.name))
  func logarithmAccuracy(_ name: String) throws {
    let set = try #require(kernelSets.first { $0.name == name })
    let scaled = (-148...126).flatMap { exponent in
      [1, 1.2, 1.41, 1.42, 1.7].map { Float(scalbn($0, exponent)) }
    }
    for (x, y) in zip(scaled, unary(set, .log, scaled)) {
      let expected = log(Double(x))
      #expect((Double(y) - expected).magnitude <= 1.5e-7 * max(expected.magnitude, 0.5), "\(x)")
    }
    let limits = unary(set, .log, [0, 1, .infinity])
    #expect(limits == [-.infinity, 0, .infinity])
    #expect(unary(set, .log, [-1, .nan]).allSatisfy { $0.isNaN })
  }

  @Test(
    "gelu follows the exact error function over its whole range", arguments: kernelSets.map(\.name))
  func geluAccuracy(_ name: String) throws {
    let set = try #require(kernelSets.first { $0.name == name })
    let x = stride(from: Float(-12), to: 12, by: 0.003).map { $0 }
    for (x, y) in zip(x, unary(set, .gelu, x)) {
      let expected = Double(x) * 0.5 * erfc(-Double(x) / 2.0.squareRoot())
      #expect((Double(y) - expected).magnitude < 1.5e-7 * max(1, Double(x).magnitude), "\(x)")
    }
  }

  @Test("give a row the same bits alone and among others, in place and not")
  func rowsAreIndependent() {
    let i = KernelInputs(rows: 9, columns: 77)
    let n = i.columns
    let weight = i.buffer(i.row)
    let inverse = i.buffer(count: 9)
    for set in kernelSets {
      let whole = i.buffer(count: i.a.count)
      set.rows.rmsNorm(
        9, n, i.buffer(i.a).read(n), weight.base, 1e-6, whole.write(n), inverse.base)
      for row in 0..<9 {
        let part = row * n..<(row + 1) * n
        let alone = i.buffer(Array(i.a[part]))
        set.rows.rmsNorm(1, n, alone.read(n), weight.base, 1e-6, alone.write(n), inverse.base)
        #expect(sameBits(alone.values, Array(whole.values[part])), "\(set.name)")
      }
    }
  }

  private func unary(_ set: KernelSet, _ operation: UnaryOperation, _ x: [Float]) -> [Float] {
    let arena = Arena()
    return withExtendedLifetime(arena) {
      let out = arena.buffer(count: x.count)
      set.elementwise.unary(operation, 1, x.count, arena.buffer(x).read(0), out.write(0))
      return out.values
    }
  }
}
