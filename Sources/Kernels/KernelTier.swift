// Glibc provides fmaf, which the unspecialised fused kernels refer to.
import Glibc

/// One instruction-set tier. The type is also the name tag that keeps the specialised kernels of
/// different tiers apart at link time: code built for AVX-512 must never share a symbol with code
/// built for the baseline.
public protocol KernelTier: SendableMetatype {
  /// `sum + a * b`. Rounded once on tiers with fused multiply-add, twice on the baseline.
  static func multiplyAdd(_ sum: inout Lanes, _ a: Lanes, _ b: Lanes)

  /// Whether 16 `WordLanes` fit the registers, so that a transpose by shuffles beats one by scalars.
  static var transposesInRegisters: Bool { get }
}

extension KernelTier {
  @inlinable @inline(__always)
  public static var transposesInRegisters: Bool { false }

  /// `a * b + c`, rounded as `multiplyAdd(_:_:_:)` rounds.
  @inlinable @inline(__always)
  public static func multiply(_ a: Lanes, _ b: Lanes, plus c: Lanes) -> Lanes {
    var sum = c
    multiplyAdd(&sum, a, b)
    return sum
  }

  /// `a * b + c` with a constant `c`: one step of Horner's rule.
  @inlinable @inline(__always)
  public static func multiply(_ a: Lanes, _ b: Lanes, plus c: Float) -> Lanes {
    multiply(a, b, plus: Lanes(repeating: c))
  }
}

/// A tier whose processors fuse multiply and add. All fused tiers give the same bits.
public protocol FusedTier: KernelTier {}

extension FusedTier {
  @inlinable @inline(__always)
  public static func multiplyAdd(_ sum: inout Lanes, _ a: Lanes, _ b: Lanes) {
    sum.addProduct(a, b)
  }
}

/// A tier without fused multiply-add, where `addProduct` would be one library call per lane.
public protocol UnfusedTier: KernelTier {}

extension UnfusedTier {
  @inlinable @inline(__always)
  public static func multiplyAdd(_ sum: inout Lanes, _ a: Lanes, _ b: Lanes) {
    sum = sum + a * b
  }
}
