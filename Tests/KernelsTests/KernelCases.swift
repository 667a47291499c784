import Foundation
import Kernels
import Testing

/// Inputs that every kernel case draws from: matrices `[rows, columns]` and vectors of both lengths.
struct KernelInputs {
  let rows: Int
  let columns: Int
  let a: [Float]
  let b: [Float]
  let c: [Float]
  let row: [Float]
  let column: [Float]
  let targets: [Int32]
  let arena = Arena()

  init(rows: Int, columns: Int) {
    var generator = Generator(rows * 1000 + columns)
    self.rows = rows
    self.columns = columns
    a = generator.floats(rows * columns, scale: 4)
    b = generator.floats(rows * columns, scale: 2)
    c = generator.floats(rows * columns)
    row = generator.floats(columns, scale: 0.5, offset: 1)
    column = generator.floats(rows, scale: 0.5, offset: 1)
    targets = (0..<rows).map { Int32(($0 * 7 + 3) % columns) }
  }

  var elements: Range<Int> { 0..<rows * columns }
  func rowOf(_ element: Int) -> Int { element / columns }
  func columnOf(_ element: Int) -> Int { element % columns }

  /// Memory that lives as long as these inputs.
  func buffer(_ values: [Float]) -> Buffer { arena.buffer(values) }
  func buffer(filling value: Float = .nan, count: Int) -> Buffer {
    arena.buffer([Float](repeating: value, count: count))
  }

  /// Row `index` of a matrix, in Double.
  func line(_ matrix: [Float], _ index: Int) -> [Double] {
    matrix[index * columns..<(index + 1) * columns].map(Double.init)
  }
}

/// One kernel, and the same thing as plain loops in Double.
struct KernelCase: Sendable, CustomTestStringConvertible {
  let name: String
  let tolerance: Double
  let kernel: @Sendable (KernelSet, KernelInputs) -> [Float]
  let reference: @Sendable (KernelInputs) -> [Double]

  var testDescription: String { name }

  init(
    _ name: String, tolerance: Double = 5e-7,
    kernel: @escaping @Sendable (KernelSet, KernelInputs) -> [Float],
    reference: @escaping @Sendable (KernelInputs) -> [Double]
  ) {
    self.name = name
    self.tolerance = tolerance
    self.kernel = kernel
    self.reference = reference
  }
}

/// Runs a kernel from matrix `a` to a matrix, in place or not.
func mapped(
  _ i: KernelInputs, _ body: (_ x: Buffer, _ out: MutableRows, _ columns: Int) -> Void
) -> [Float] {
  let x = i.buffer(i.a)
  let out = i.buffer(count: i.a.count)
  body(x, out.write(i.columns), i.columns)
  return out.values
}
