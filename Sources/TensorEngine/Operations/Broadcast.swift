/// How an operand of a pointwise operation is repeated over its result.
enum Broadcast {
  enum Form: Sendable {
    /// The same shape.
    case full
    /// `[N]` or `[1, N]` over `[.., N]`: every row is the same.
    case row
    /// `[T, 1]` over `[T, N]`: every column is the same.
    case column
    /// One element.
    case scalar
  }

  /// The form of `operand` in `result`, or nil when it does not fit.
  static func fit(_ operand: TensorType, in result: TensorType) -> Form? {
    if operand.shape == result.shape { return .full }
    if operand.shape.allSatisfy({ $0 == 1 }) { return .scalar }
    let isRow = operand.rank == 1 || (operand.rank == 2 && operand.shape[0] == 1)
    if isRow, result.rank >= 2, operand.columns == result.columns { return .row }
    if result.rank == 2, operand.rank == 2, operand.shape == [result.shape[0], 1] {
      return .column
    }
    return nil
  }

  /// The form of an operand that is known to fit.
  static func form(_ operand: TensorType, in result: TensorType) -> Form {
    guard let form = fit(operand, in: result) else {
      preconditionFailure("broadcast: \(operand) does not fit \(result)")
    }
    return form
  }

  /// The shape that both operands fit.
  static func result(_ a: TensorType, _ b: TensorType) throws(ShapeProblem) -> TensorType {
    guard a.element == .float32, b.element == .float32 else {
      throw ShapeProblem("operands must be float tensors, but are \(a) and \(b)")
    }
    if fit(b, in: a) != nil { return a }
    if fit(a, in: b) != nil { return b }
    throw ShapeProblem(
      "operands \(a) and \(b) differ and neither is a row, a column or a scalar of the other")
  }

  /// Reads `operand` as if it had the shape of `result`.
  static func reader(_ operand: DoubleTensor, _ result: [Int]) -> (Int) -> Double {
    let values = operand.values
    let columns = result.last ?? 1
    if operand.shape == result { return { values[$0] } }
    if values.count == 1 { return { _ in values[0] } }
    if operand.shape.last == columns { return { values[$0 % columns] } }
    return { values[$0 / columns] }
  }
}
