/// A row-major matrix that is read: element (row, column) is at `base[row * rowStride + column]`.
public struct ConstantRows {
  public var base: UnsafePointer<Float>
  public var rowStride: Int

  @inlinable @inline(__always)
  public init(_ base: UnsafePointer<Float>, rowStride: Int) {
    self.base = base
    self.rowStride = rowStride
  }

  @inlinable @inline(__always)
  public func row(_ index: Int) -> UnsafePointer<Float> { base + index &* rowStride }
}

/// A row-major matrix that is written: element (row, column) is at `base[row * rowStride + column]`.
public struct MutableRows {
  public var base: UnsafeMutablePointer<Float>
  public var rowStride: Int

  @inlinable @inline(__always)
  public init(_ base: UnsafeMutablePointer<Float>, rowStride: Int) {
    self.base = base
    self.rowStride = rowStride
  }

  @inlinable @inline(__always)
  public func row(_ index: Int) -> UnsafeMutablePointer<Float> { base + index &* rowStride }
}

/// An operand of an elementwise kernel on `[rows, columns]`, with broadcasting.
public struct Operand {
  @usableFromInline var base: UnsafePointer<Float>
  @usableFromInline var rowStride: Int
  /// One value serves all columns of a row.
  @usableFromInline var repeats: Bool

  @inlinable @inline(__always)
  init(base: UnsafePointer<Float>, rowStride: Int, repeats: Bool) {
    self.base = base
    self.rowStride = rowStride
    self.repeats = repeats
  }

  /// `[rows, columns]`, row-major.
  @inlinable @inline(__always)
  public static func matrix(_ base: UnsafePointer<Float>, rowStride: Int) -> Operand {
    Operand(base: base, rowStride: rowStride, repeats: false)
  }

  /// `[columns]`, the same for all rows.
  @inlinable @inline(__always)
  public static func row(_ base: UnsafePointer<Float>) -> Operand {
    Operand(base: base, rowStride: 0, repeats: false)
  }

  /// `[rows]`: `base[row]` for all columns of a row.
  @inlinable @inline(__always)
  public static func column(_ base: UnsafePointer<Float>) -> Operand {
    Operand(base: base, rowStride: 1, repeats: true)
  }

  /// One value for all elements.
  @inlinable @inline(__always)
  public static func scalar(_ base: UnsafePointer<Float>) -> Operand {
    Operand(base: base, rowStride: 0, repeats: true)
  }
}
