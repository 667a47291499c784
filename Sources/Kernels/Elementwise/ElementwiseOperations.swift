@inlinable @inline(__always)
func binaryRows<Tier: KernelTier>(
  _: Tier.Type, _ operation: BinaryOperation, _ rows: Int, _ columns: Int, _ a: Operand,
  _ b: Operand, _ out: MutableRows
) {
  switch operation {
  case .add:
    Tier.writeRows(rows, columns, out) { Tier.load(a, $0, $1, $2) + Tier.load(b, $0, $1, $2) }
  case .subtract:
    Tier.writeRows(rows, columns, out) { Tier.load(a, $0, $1, $2) - Tier.load(b, $0, $1, $2) }
  case .multiply:
    Tier.writeRows(rows, columns, out) { Tier.load(a, $0, $1, $2) * Tier.load(b, $0, $1, $2) }
  case .divide:
    Tier.writeRows(rows, columns, out) { Tier.load(a, $0, $1, $2) / Tier.load(b, $0, $1, $2) }
  case .minimum:
    Tier.writeRows(rows, columns, out) {
      let x = Tier.load(a, $0, $1, $2)
      let y = Tier.load(b, $0, $1, $2)
      return x.replacing(with: y, where: y .< x).replacing(with: y, where: y .!= y)
    }
  case .maximum:
    Tier.writeRows(rows, columns, out) {
      let x = Tier.load(a, $0, $1, $2)
      let y = Tier.load(b, $0, $1, $2)
      return x.replacing(with: y, where: y .> x).replacing(with: y, where: y .!= y)
    }
  }
}

@inlinable @inline(__always)
func unaryRows<Tier: KernelTier>(
  _: Tier.Type, _ operation: UnaryOperation, _ rows: Int, _ columns: Int, _ x: ConstantRows,
  _ out: MutableRows
) {
  switch operation {
  case .negate: Tier.writeRows(rows, columns, out) { -Tier.load(x, $0, $1, $2) }
  case .exp: Tier.writeRows(rows, columns, out) { Tier.exp(Tier.load(x, $0, $1, $2)) }
  case .log: Tier.writeRows(rows, columns, out) { Tier.log(Tier.load(x, $0, $1, $2)) }
  case .square:
    Tier.writeRows(rows, columns, out) {
      let value = Tier.load(x, $0, $1, $2)
      return value * value
    }
  case .squareRoot: Tier.writeRows(rows, columns, out) { Tier.load(x, $0, $1, $2).roots }
  case .reciprocal:
    Tier.writeRows(rows, columns, out) { Lanes(repeating: 1) / Tier.load(x, $0, $1, $2) }
  case .silu: Tier.writeRows(rows, columns, out) { Tier.silu(Tier.load(x, $0, $1, $2)) }
  case .gelu: Tier.writeRows(rows, columns, out) { Tier.gelu(Tier.load(x, $0, $1, $2)) }
  }
}

@inlinable @inline(__always)
func unaryGradientRows<Tier: KernelTier>(
  _: Tier.Type, _ operation: UnaryOperation, _ rows: Int, _ columns: Int, _ x: ConstantRows,
  _ dy: ConstantRows, _ out: MutableRows
) {
  switch operation {
  case .negate: Tier.writeRows(rows, columns, out) { -Tier.load(dy, $0, $1, $2) }
  case .exp:
    Tier.writeRows(rows, columns, out) {
      Tier.load(dy, $0, $1, $2) * Tier.exp(Tier.load(x, $0, $1, $2))
    }
  case .log:
    Tier.writeRows(rows, columns, out) { Tier.load(dy, $0, $1, $2) / Tier.load(x, $0, $1, $2) }
  case .square:
    Tier.writeRows(rows, columns, out) {
      Tier.load(dy, $0, $1, $2) * (Tier.load(x, $0, $1, $2) * 2)
    }
  case .squareRoot:
    Tier.writeRows(rows, columns, out) {
      Tier.load(dy, $0, $1, $2) * 0.5 / Tier.load(x, $0, $1, $2).roots
    }
  case .reciprocal:
    Tier.writeRows(rows, columns, out) {
      let value = Tier.load(x, $0, $1, $2)
      return -Tier.load(dy, $0, $1, $2) / (value * value)
    }
  case .silu:
    Tier.writeRows(rows, columns, out) {
      Tier.load(dy, $0, $1, $2) * Tier.siluDerivative(Tier.load(x, $0, $1, $2))
    }
  case .gelu:
    Tier.writeRows(rows, columns, out) {
      Tier.load(dy, $0, $1, $2) * Tier.geluDerivative(Tier.load(x, $0, $1, $2))
    }
  }
}

@inlinable @inline(__always)
func selectRows<Tier: KernelTier>(
  _: Tier.Type, _ comparison: Comparison, _ rows: Int, _ columns: Int, _ a: Operand, _ b: Operand,
  _ x: Operand, _ out: MutableRows
) {
  switch comparison {
  case .less:
    Tier.writeRows(rows, columns, out) {
      Lanes.zero.replacing(
        with: Tier.load(x, $0, $1, $2), where: Tier.load(a, $0, $1, $2) .< Tier.load(b, $0, $1, $2))
    }
  case .lessOrEqual:
    Tier.writeRows(rows, columns, out) {
      Lanes.zero.replacing(
        with: Tier.load(x, $0, $1, $2), where: Tier.load(a, $0, $1, $2) .<= Tier.load(b, $0, $1, $2)
      )
    }
  case .greater:
    Tier.writeRows(rows, columns, out) {
      Lanes.zero.replacing(
        with: Tier.load(x, $0, $1, $2), where: Tier.load(a, $0, $1, $2) .> Tier.load(b, $0, $1, $2))
    }
  case .greaterOrEqual:
    Tier.writeRows(rows, columns, out) {
      Lanes.zero.replacing(
        with: Tier.load(x, $0, $1, $2), where: Tier.load(a, $0, $1, $2) .>= Tier.load(b, $0, $1, $2)
      )
    }
  }
}
