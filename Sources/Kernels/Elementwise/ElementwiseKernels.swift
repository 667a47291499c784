public enum BinaryOperation: Sendable, Hashable, CaseIterable {
  case add, subtract, multiply, divide, minimum, maximum
}

public enum UnaryOperation: Sendable, Hashable, CaseIterable {
  case negate, exp, log, square, squareRoot, reciprocal, silu, gelu
}

public enum Comparison: Sendable, Hashable, CaseIterable {
  case less, lessOrEqual, greater, greaterOrEqual
}

/// Kernels whose every element depends on the elements at the same place. An output may be exactly
/// an input of its shape (in place), never a partial overlap of one.
public struct ElementwiseKernels: Sendable {
  public typealias Binary =
    @Sendable (
      _ operation: BinaryOperation, _ rows: Int, _ columns: Int, _ a: Operand, _ b: Operand,
      _ out: MutableRows
    ) -> Void
  public typealias Unary =
    @Sendable (
      _ operation: UnaryOperation, _ rows: Int, _ columns: Int, _ x: ConstantRows,
      _ out: MutableRows
    ) -> Void
  public typealias UnaryGradient =
    @Sendable (
      _ operation: UnaryOperation, _ rows: Int, _ columns: Int, _ x: ConstantRows,
      _ dy: ConstantRows, _ out: MutableRows
    ) -> Void
  public typealias Affine =
    @Sendable (
      _ rows: Int, _ columns: Int, _ x: ConstantRows, _ factor: Float, _ offset: Float,
      _ out: MutableRows
    ) -> Void
  public typealias Clamp =
    @Sendable (
      _ rows: Int, _ columns: Int, _ x: ConstantRows, _ low: Float, _ high: Float,
      _ out: MutableRows
    ) -> Void
  public typealias ClampGradient =
    @Sendable (
      _ rows: Int, _ columns: Int, _ x: ConstantRows, _ dy: ConstantRows, _ low: Float,
      _ high: Float, _ out: MutableRows
    ) -> Void
  public typealias Select =
    @Sendable (
      _ comparison: Comparison, _ rows: Int, _ columns: Int, _ a: Operand, _ b: Operand,
      _ x: Operand, _ out: MutableRows
    ) -> Void
  public typealias SwiGLU =
    @Sendable (
      _ rows: Int, _ columns: Int, _ gate: ConstantRows, _ up: ConstantRows, _ out: MutableRows
    ) -> Void
  public typealias SwiGLUGradient =
    @Sendable (
      _ rows: Int, _ columns: Int, _ gate: ConstantRows, _ up: ConstantRows, _ dy: ConstantRows,
      _ dGate: MutableRows, _ dUp: MutableRows
    ) -> Void
  public typealias Fill =
    @Sendable (_ rows: Int, _ columns: Int, _ value: Float, _ out: MutableRows) -> Void
  public typealias Copy =
    @Sendable (_ rows: Int, _ columns: Int, _ x: ConstantRows, _ out: MutableRows) -> Void

  /// `a op b`, with broadcasting.
  public let binary: Binary
  /// `op(x)`
  public let unary: Unary
  /// `dy op'(x)`, from the operation's input.
  public let unaryGradient: UnaryGradient
  /// `x factor + offset`
  public let affine: Affine
  /// `x` limited to `low ... high`; NaN stays NaN.
  public let clamp: Clamp
  /// `dy` where `low <= x <= high`, else 0.
  public let clampGradient: ClampGradient
  /// `x` where the comparison of `a` and `b` holds, else 0.
  public let select: Select
  /// `silu(gate) up` (Shazeer, arXiv:2002.05202).
  public let swiglu: SwiGLU
  /// Both gradients of `swiglu`.
  public let swigluGradient: SwiGLUGradient
  public let fill: Fill
  public let copy: Copy
  /// `out += x`
  public let accumulate: Copy

  @inlinable @inline(__always)
  init<Tier: KernelTier>(_: Tier.Type) {
    binary = { binaryRows(Tier.self, $0, $1, $2, $3, $4, $5) }
    unary = { unaryRows(Tier.self, $0, $1, $2, $3, $4) }
    unaryGradient = { unaryGradientRows(Tier.self, $0, $1, $2, $3, $4, $5) }
    affine = { rows, columns, x, factor, offset, out in
      let factor = Lanes(repeating: factor)
      Tier.writeRows(rows, columns, out) {
        Tier.multiply(Tier.load(x, $0, $1, $2), factor, plus: offset)
      }
    }
    clamp = { rows, columns, x, low, high, out in
      Tier.writeRows(rows, columns, out) {
        var value = Tier.load(x, $0, $1, $2)
        value.replace(with: low, where: value .< low)
        return value.replacing(with: high, where: value .> high)
      }
    }
    clampGradient = { rows, columns, x, dy, low, high, out in
      Tier.writeRows(rows, columns, out) {
        let value = Tier.load(x, $0, $1, $2)
        var result = Lanes.zero.replacing(with: Tier.load(dy, $0, $1, $2), where: value .>= low)
        result.replace(with: 0, where: value .> high)
        return result
      }
    }
    select = { selectRows(Tier.self, $0, $1, $2, $3, $4, $5, $6) }
    swiglu = { rows, columns, gate, up, out in
      Tier.writeRows(rows, columns, out) {
        Tier.silu(Tier.load(gate, $0, $1, $2)) * Tier.load(up, $0, $1, $2)
      }
    }
    swigluGradient = { rows, columns, gate, up, dy, dGate, dUp in
      Tier.writeRows(rows, columns, dGate) { row, column, count in
        let g = Tier.load(gate, row, column, count)
        let u = Tier.load(up, row, column, count)
        let d = Tier.load(dy, row, column, count)
        let s = Tier.sigmoid(g)
        (d * (g * s)).store(dUp.row(row) + column, count)
        return d * u * (s * Tier.multiply(g, Lanes(repeating: 1) - s, plus: 1))
      }
    }
    fill = { rows, columns, value, out in
      Tier.writeRows(rows, columns, out) { _, _, _ in Lanes(repeating: value) }
    }
    copy = { rows, columns, x, out in
      Tier.writeRows(rows, columns, out) { Tier.load(x, $0, $1, $2) }
    }
    accumulate = { rows, columns, x, out in
      let old = ConstantRows(out.base, rowStride: out.rowStride)
      Tier.writeRows(rows, columns, out) { Tier.load(old, $0, $1, $2) + Tier.load(x, $0, $1, $2) }
    }
  }
}
