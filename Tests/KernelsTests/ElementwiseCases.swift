import Foundation
import Kernels

private func sigmoid(_ x: Double) -> Double { 1 / (1 + exp(-x)) }
private func distribution(_ x: Double) -> Double { 0.5 * erfc(-x / 2.0.squareRoot()) }
private func density(_ x: Double) -> Double { exp(-x * x / 2) / (2 * Double.pi).squareRoot() }

private typealias Function = @Sendable (Double) -> Double

/// A one-operand function, its derivative, and whether its domain is the positive numbers.
private let unary: [(UnaryOperation, Function, Function, positive: Bool)] = [
  (.negate, { -$0 }, { _ in -1 }, false),
  (.exp, { exp($0) }, { exp($0) }, false),
  (.log, { log($0) }, { 1 / $0 }, true),
  (.square, { $0 * $0 }, { 2 * $0 }, false),
  (.squareRoot, { $0.squareRoot() }, { 0.5 / $0.squareRoot() }, true),
  (.reciprocal, { 1 / $0 }, { -1 / ($0 * $0) }, true),
  (.silu, { $0 * sigmoid($0) }, { sigmoid($0) * (1 + $0 * (1 - sigmoid($0))) }, false),
  (.gelu, { $0 * distribution($0) }, { distribution($0) + $0 * density($0) }, false),
]

private let binary: [(BinaryOperation, @Sendable (Double, Double) -> Double)] = [
  (.add, { $0 + $1 }), (.subtract, { $0 - $1 }), (.multiply, { $0 * $1 }),
  (.divide, { $0 / $1 }), (.minimum, { min($0, $1) }), (.maximum, { max($0, $1) }),
]

private let comparisons: [(Comparison, @Sendable (Double, Double) -> Bool)] = [
  (.less, { $0 < $1 }), (.lessOrEqual, { $0 <= $1 }), (.greater, { $0 > $1 }),
  (.greaterOrEqual, { $0 >= $1 }),
]

/// A legal argument made from any number.
private func domain(_ x: Float, positive: Bool) -> Float { positive ? x.magnitude + 0.5 : x }

private let unaryCases = unary.flatMap { operation, function, derivative, positive in
  [
    KernelCase("\(operation)") { set, i in
      let x = i.buffer(i.a.map { domain($0, positive: positive) })
      let out = i.buffer(count: i.a.count)
      set.elementwise.unary(
        operation, i.rows, i.columns, x.read(i.columns), out.write(i.columns))
      return out.values
    } reference: { i in
      i.a.map { function(Double(domain($0, positive: positive))) }
    },
    KernelCase("gradient of \(operation)", tolerance: 1e-6) { set, i in
      let x = i.buffer(i.a.map { domain($0, positive: positive) })
      let out = i.buffer(count: i.a.count)
      set.elementwise.unaryGradient(
        operation, i.rows, i.columns, x.read(i.columns), i.buffer(i.b).read(i.columns),
        out.write(i.columns))
      return out.values
    } reference: { i in
      zip(i.a, i.b).map { Double($1) * derivative(Double(domain($0, positive: positive))) }
    },
  ]
}

private let binaryCases = binary.flatMap { operation, function in
  [
    KernelCase("\(operation) of matrix and matrix") { set, i in
      mapped(i) { x, out, n in
        let other = i.buffer(i.b.map { $0 + 3 })
        set.elementwise.binary(
          operation, i.rows, n, .matrix(x.base, rowStride: n), .matrix(other.base, rowStride: n),
          out)
      }
    } reference: { i in
      zip(i.a, i.b).map { function(Double($0), Double($1 + 3)) }
    },
    KernelCase("\(operation) of row and matrix") { set, i in
      mapped(i) { _, out, n in
        let row = i.buffer(i.row)
        let other = i.buffer(i.b.map { $0 + 3 })
        set.elementwise.binary(
          operation, i.rows, n, .row(row.base), .matrix(other.base, rowStride: n), out)
      }
    } reference: { i in
      i.elements.map { function(Double(i.row[i.columnOf($0)]), Double(i.b[$0] + 3)) }
    },
    KernelCase("\(operation) of matrix and column") { set, i in
      mapped(i) { x, out, n in
        let column = i.buffer(i.column)
        set.elementwise.binary(
          operation, i.rows, n, .matrix(x.base, rowStride: n), .column(column.base), out)
      }
    } reference: { i in
      i.elements.map { function(Double(i.a[$0]), Double(i.column[i.rowOf($0)])) }
    },
    KernelCase("\(operation) of matrix and scalar") { set, i in
      mapped(i) { x, out, n in
        let scalar = i.buffer([1.5])
        set.elementwise.binary(
          operation, i.rows, n, .matrix(x.base, rowStride: n), .scalar(scalar.base), out)
      }
    } reference: { i in
      i.a.map { function(Double($0), 1.5) }
    },
  ]
}

private let selectCases = comparisons.map { comparison, holds in
  KernelCase("select where \(comparison)") { set, i in
    mapped(i) { x, out, n in
      let row = i.buffer(i.row)
      let other = i.buffer(i.c)
      set.elementwise.select(
        comparison, i.rows, n, .matrix(x.base, rowStride: n), .row(row.base),
        .matrix(other.base, rowStride: n), out)
    }
  } reference: { i in
    i.elements.map {
      holds(Double(i.a[$0]), Double(i.row[i.columnOf($0)])) ? Double(i.c[$0]) : 0
    }
  }
}

private let otherCases = [
  KernelCase("affine") { set, i in
    mapped(i) { x, out, n in set.elementwise.affine(i.rows, n, x.read(n), 1.5, -0.25, out) }
  } reference: { i in
    i.a.map { Double($0) * 1.5 - 0.25 }
  },
  KernelCase("clamp") { set, i in
    mapped(i) { x, out, n in set.elementwise.clamp(i.rows, n, x.read(n), -0.5, 1.25, out) }
  } reference: { i in
    i.a.map { Double(min(max($0, -0.5), 1.25)) }
  },
  KernelCase("gradient of clamp") { set, i in
    mapped(i) { x, out, n in
      set.elementwise.clampGradient(i.rows, n, x.read(n), i.buffer(i.b).read(n), -0.5, 1.25, out)
    }
  } reference: { i in
    zip(i.a, i.b).map { (-0.5...1.25).contains($0) ? Double($1) : 0 }
  },
  KernelCase("swiglu") { set, i in
    mapped(i) { x, out, n in
      set.elementwise.swiglu(i.rows, n, x.read(n), i.buffer(i.b).read(n), out)
    }
  } reference: { i in
    zip(i.a, i.b).map { Double($0) * sigmoid(Double($0)) * Double($1) }
  },
  KernelCase("gradients of swiglu", tolerance: 1e-6) { set, i in
    let gate = i.buffer(i.a)
    let dGate = i.buffer(count: i.a.count)
    let dUp = i.buffer(count: i.a.count)
    set.elementwise.swigluGradient(
      i.rows, i.columns, gate.read(i.columns), i.buffer(i.b).read(i.columns),
      i.buffer(i.c).read(i.columns), dGate.write(i.columns), dUp.write(i.columns))
    return dGate.values + dUp.values
  } reference: { i in
    let slope = unary[6].2
    return i.elements.map { Double(i.c[$0]) * Double(i.b[$0]) * slope(Double(i.a[$0])) }
      + i.elements.map { Double(i.c[$0]) * Double(i.a[$0]) * sigmoid(Double(i.a[$0])) }
  },
  KernelCase("fill") { set, i in
    mapped(i) { _, out, n in set.elementwise.fill(i.rows, n, 2.5, out) }
  } reference: { i in
    i.a.map { _ in 2.5 }
  },
  KernelCase("copy") { set, i in
    mapped(i) { x, out, n in set.elementwise.copy(i.rows, n, x.read(n), out) }
  } reference: { i in
    i.a.map(Double.init)
  },
  KernelCase("accumulate") { set, i in
    let out = i.buffer(i.b)
    set.elementwise.accumulate(
      i.rows, i.columns, i.buffer(i.a).read(i.columns), out.write(i.columns))
    return out.values
  } reference: { i in
    zip(i.a, i.b).map { Double($0) + Double($1) }
  },
]

let elementwiseCases = unaryCases + binaryCases + selectCases + otherCases
