import Foundation
import Kernels

private func dot(_ a: [Double], _ b: [Double]) -> Double {
  zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
}

/// 1 / rms of a row with epsilon 1e-5.
private func inverseRoot(_ x: [Double]) -> Double {
  1 / (dot(x, x) / Double(x.count) + 1e-5).squareRoot()
}

private func inverseRoots(_ i: KernelInputs) -> [Float] {
  (0..<i.rows).map { Float(inverseRoot(i.line(i.a, $0))) }
}

private let scale: Float = 1 / 0.7

/// Scaled logits of a row, their log-sum-exp and softmax.
private func softmax(_ i: KernelInputs, _ row: Int) -> (x: [Double], lse: Double, p: [Double]) {
  let x = i.line(i.a, row).map { $0 * Double(scale) }
  let largest = x.max() ?? 0
  let lse = largest + log(x.reduce(0) { $0 + exp($1 - largest) })
  return (x, lse, x.map { exp($0 - lse) })
}

// Terms of both signs cancel, so errors are larger relative to a sum than to its terms.
private let reductionCases = [
  KernelCase("sum", tolerance: 5e-5) { set, i in
    [set.reductions.sum(i.a.count, i.buffer(i.a).base)]
  } reference: { i in
    [i.a.reduce(0) { $0 + Double($1) }]
  },
  KernelCase("sum of squares", tolerance: 1e-7) { set, i in
    [Float(set.reductions.sumOfSquares(i.a.count, i.buffer(i.a).base))]
  } reference: { i in
    [i.a.reduce(0) { $0 + Double($1) * Double($1) }]
  },
  KernelCase("row sums", tolerance: 1e-5) { set, i in
    let out = i.buffer(count: i.rows)
    set.reductions.rowSums(i.rows, i.columns, i.buffer(i.a).read(i.columns), out.base)
    return out.values
  } reference: { i in
    (0..<i.rows).map { i.line(i.a, $0).reduce(0, +) }
  },
  KernelCase("row dots", tolerance: 1e-5) { set, i in
    let out = i.buffer(count: i.rows)
    set.reductions.rowDots(
      i.rows, i.columns, i.buffer(i.a).read(i.columns), i.buffer(i.b).read(i.columns), out.base)
    return out.values
  } reference: { i in
    (0..<i.rows).map { dot(i.line(i.a, $0), i.line(i.b, $0)) }
  },
  KernelCase("column sums", tolerance: 1e-5) { set, i in
    let out = i.buffer(count: i.columns)
    set.reductions.columnSums(i.rows, i.columns, i.buffer(i.a).read(i.columns), out.base)
    return out.values
  } reference: { i in
    (0..<i.columns).map { c in
      (0..<i.rows).reduce(0) { $0 + Double(i.a[$1 * i.columns + c]) }
    }
  },
  KernelCase("column dots", tolerance: 1e-5) { set, i in
    let out = i.buffer(count: i.columns)
    set.reductions.columnDots(
      i.rows, i.columns, i.buffer(i.a).read(i.columns), i.buffer(i.b).read(i.columns), out.base)
    return out.values
  } reference: { i in
    (0..<i.columns).map { c in
      (0..<i.rows).reduce(0) {
        $0 + Double(i.a[$1 * i.columns + c]) * Double(i.b[$1 * i.columns + c])
      }
    }
  },
]

private let normCases = [
  KernelCase("rmsNorm", tolerance: 1e-6) { set, i in
    let out = i.buffer(count: i.a.count)
    let inverse = i.buffer(count: i.rows)
    set.rows.rmsNorm(
      i.rows, i.columns, i.buffer(i.a).read(i.columns), i.buffer(i.row).base, 1e-5,
      out.write(i.columns), inverse.base)
    return out.values + inverse.values
  } reference: { i in
    let roots = (0..<i.rows).map { inverseRoot(i.line(i.a, $0)) }
    return i.elements.map { Double(i.a[$0]) * roots[i.rowOf($0)] * Double(i.row[i.columnOf($0)]) }
      + roots
  },
  KernelCase("gradient of rmsNorm", tolerance: 2e-6) { set, i in
    let out = i.buffer(count: i.a.count)
    set.rows.rmsNormGradient(
      i.rows, i.columns, i.buffer(i.a).read(i.columns), i.buffer(i.row).base,
      i.buffer(inverseRoots(i)).base, i.buffer(i.b).read(i.columns), out.write(i.columns))
    return out.values
  } reference: { i in
    (0..<i.rows).flatMap { row in
      let x = i.line(i.a, row)
      let g = zip(i.line(i.b, row), i.row).map { $0 * Double($1) }
      let r = inverseRoot(x)
      let mean = dot(g, x) / Double(i.columns)
      return zip(g, x).map { r * $0 - r * r * r * mean * $1 }
    }
  },
  KernelCase("weight gradient of rmsNorm", tolerance: 1e-5) { set, i in
    let out = i.buffer(count: i.columns)
    set.rows.rmsNormWeightGradient(
      i.rows, i.columns, i.buffer(i.a).read(i.columns), i.buffer(inverseRoots(i)).base,
      i.buffer(i.b).read(i.columns), out.base)
    return out.values
  } reference: { i in
    let roots = (0..<i.rows).map { inverseRoot(i.line(i.a, $0)) }
    return (0..<i.columns).map { c in
      (0..<i.rows).reduce(0) {
        let element = $1 * i.columns + c
        return $0 + Double(i.a[element]) * Double(i.b[element]) * roots[$1]
      }
    }
  },
]

/// The columns as two heads, turned by angles taken from `b`.
private func rotaryCase(inverse: Bool) -> KernelCase {
  KernelCase(inverse ? "inverse rotary" : "rotary") { set, i in
    let dimension = max(2, i.columns / 4 * 2)
    let heads = i.columns / dimension
    guard heads > 0 else { return [] }
    let out = i.buffer(filling: 0, count: i.a.count)
    set.rows.rotary(
      i.rows, heads, dimension, i.buffer(i.a).read(i.columns),
      i.buffer(i.b.map { cos($0) }).read(i.columns), i.buffer(i.b.map { sin($0) }).read(i.columns),
      inverse, out.write(i.columns))
    return out.values
  } reference: { i in
    let dimension = max(2, i.columns / 4 * 2)
    let heads = i.columns / dimension
    guard heads > 0 else { return [] }
    let half = dimension / 2
    var out = [Double](repeating: 0, count: i.a.count)
    for row in 0..<i.rows {
      for head in 0..<heads {
        for pair in 0..<half {
          let first = row * i.columns + head * dimension + pair
          let angle = Double(i.b[row * i.columns + pair]) * (inverse ? -1 : 1)
          let (x, y) = (Double(i.a[first]), Double(i.a[first + half]))
          out[first] = x * cos(angle) - y * sin(angle)
          out[first + half] = y * cos(angle) + x * sin(angle)
        }
      }
    }
    return out
  }
}

private let softmaxCases = [
  KernelCase("log-sum-exp and entropy", tolerance: 1e-6) { set, i in
    let lse = i.buffer(count: i.rows)
    let entropy = i.buffer(count: i.rows)
    set.rows.logSumExp(
      i.rows, i.columns, i.buffer(i.a).read(i.columns), scale, lse.base, entropy.base)
    return lse.values + entropy.values
  } reference: { i in
    let rows = (0..<i.rows).map { softmax(i, $0) }
    return rows.map(\.lse) + rows.map { row in row.lse - dot(row.p, row.x) }
  },
  KernelCase("log-probability of the target", tolerance: 1e-6) { set, i in
    let x = i.buffer(i.a)
    let lse = i.buffer(count: i.rows)
    let out = i.buffer(count: i.rows)
    set.rows.logSumExp(i.rows, i.columns, x.read(i.columns), scale, lse.base, nil)
    set.rows.logProbability(
      i.rows, x.read(i.columns), scale, i.targets, lse.base, out.base)
    return out.values
  } reference: { i in
    (0..<i.rows).map { row in
      let s = softmax(i, row)
      return s.x[Int(i.targets[row])] - s.lse
    }
  },
  KernelCase("gradient of the log-probability", tolerance: 1e-6) { set, i in
    let x = i.buffer(i.a)
    let lse = i.buffer((0..<i.rows).map { Float(softmax(i, $0).lse) })
    set.rows.softmaxGradient(
      i.rows, i.columns, x.read(i.columns), scale, lse.base, i.targets, i.buffer(i.column).base,
      x.write(i.columns))
    return x.values
  } reference: { i in
    (0..<i.rows).flatMap { row in
      softmax(i, row).p.enumerated().map { column, p in
        Double(scale) * Double(i.column[row]) * ((column == Int(i.targets[row]) ? 1 : 0) - p)
      }
    }
  },
]

private let adamW = KernelCase("adamW", tolerance: 1e-6) { set, i in
  let parameter = i.buffer(i.a)
  let first = i.buffer(i.c)
  let second = i.buffer(i.c.map { $0 * $0 })
  let step = AdamWStep(
    learningRate: 1e-2, beta1: 0.9, beta2: 0.98, epsilon: 1e-8, weightDecay: 0.1,
    firstCorrection: 0.19, secondCorrection: 0.0396, gradientScale: 0.5)
  set.optimizer.adamW(
    i.a.count, step, parameter.base, i.buffer(i.b).base, first.base, second.base)
  return parameter.values + first.values + second.values
} reference: { i in
  let moments = i.elements.map { e in
    let g = Double(i.b[e]) * 0.5
    let m = Double(i.c[e])
    return (m * 0.9 + 0.1 * g, m * m * 0.98 + 0.02 * g * g)
  }
  let parameters = zip(i.a, moments).map { p, moment in
    let direction = (moment.0 / 0.19) / ((moment.1 / 0.0396).squareRoot() + 1e-8)
    return Double(p) * (1 - 1e-2 * 0.1) - 1e-2 * direction
  }
  return parameters + moments.map(\.0) + moments.map(\.1)
}

let rowCases =
  reductionCases + normCases + [rotaryCase(inverse: false), rotaryCase(inverse: true)]
  + softmaxCases + [adamW]
