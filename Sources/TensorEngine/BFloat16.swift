/// The upper half of a `Float`: its sign, its range, and 8 bits of precision. A form in which weights
/// are kept, not one that is computed with.
public struct BFloat16: Sendable, Hashable, BitwiseCopyable {
  public let bitPattern: UInt16

  @inlinable
  public init(bitPattern: UInt16) { self.bitPattern = bitPattern }

  /// Rounds to nearest, ties to even. What lies beyond the largest number becomes infinite; a NaN
  /// stays a NaN.
  @inlinable
  public init(_ value: Float) {
    let bits = value.bitPattern
    let rounded = (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16
    let quiet = bits >> 16 | 0x0040
    bitPattern = UInt16(truncatingIfNeeded: value.isNaN ? quiet : rounded)
  }
}

extension Float {
  /// The same number: widening is exact.
  @inlinable
  public init(_ value: BFloat16) { self.init(bitPattern: UInt32(value.bitPattern) << 16) }
}
