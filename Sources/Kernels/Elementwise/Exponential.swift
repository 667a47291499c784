extension KernelTier {
  /// e to the power of every lane; about 1 ulp. Results below the smallest normal number are 0,
  /// above the largest are infinity; NaN stays NaN.
  ///
  /// `x = n ln 2 + r` with `n` rounded by adding and subtracting 1.5 * 2^23 (conversions between
  /// float and integer lanes would be scalar in Swift), the polynomial of Cephes' `expf` for
  /// `e^r`, and `n` added to the exponent bits.
  @inlinable @inline(__always)
  static func exp(_ x: Lanes) -> Lanes {
    let rounder: Float = 12_582_912
    let shifted = multiply(x, Lanes(repeating: 1.442_695_04), plus: rounder)
    let n = shifted - rounder
    var r = multiply(n, Lanes(repeating: -0.693_359_375), plus: x)
    r = multiply(n, Lanes(repeating: 2.121_944_4e-4), plus: r)
    var p = multiply(Lanes(repeating: 1.987_569_15e-4), r, plus: 1.398_199_950_7e-3)
    p = multiply(p, r, plus: 8.333_451_907_3e-3)
    p = multiply(p, r, plus: 4.166_579_589_4e-2)
    p = multiply(p, r, plus: 1.666_666_545_9e-1)
    p = multiply(p, r, plus: 5.000_000_120_1e-1)
    p = multiply(p, r * r, plus: r) + 1
    let exponent = unsafeBitCast(shifted, to: WordLanes.self) &<< 23
    var result = unsafeBitCast(unsafeBitCast(p, to: WordLanes.self) &+ exponent, to: Lanes.self)
    result.replace(with: 0, where: x .< -87.336_54)
    result.replace(with: .infinity, where: x .> 88.722_84)
    return result.replacing(with: x, where: x .!= x)
  }

  /// The natural logarithm of every lane; about 1 ulp. 0 gives -infinity, negative numbers NaN.
  ///
  /// `x = 2^e m` with `m` in [sqrt 1/2, sqrt 2), and the polynomial of FreeBSD's `logf` in
  /// `s = f / (2 + f)`, `f = m - 1`.
  @inlinable @inline(__always)
  static func log(_ x: Lanes) -> Lanes {
    // Subnormal numbers are scaled into the normal range first.
    let small = x .< 1.175_494_35e-38
    let scaled = x.replacing(with: x * 8_388_608, where: small)
    let offset: UInt32 = 0x3F35_04F3
    let bits = unsafeBitCast(scaled, to: WordLanes.self) &+ (0x3F80_0000 &- offset)
    let biased = unsafeBitCast((bits &>> 23) | 0x4B00_0000, to: Lanes.self)
    let bias = Lanes(repeating: 8_388_608 + 127)
    let e = biased - bias.replacing(with: 8_388_608 + 150, where: small)
    let m = unsafeBitCast((bits & 0x007F_FFFF) &+ offset, to: Lanes.self)
    let f = m - 1
    let s = f / (f + 2)
    let z = s * s
    let w = z * z
    let odd = w * multiply(w, Lanes(repeating: 0.242_790_788_41), plus: 0.400_009_721_52)
    let even = z * multiply(w, Lanes(repeating: 0.284_987_866_88), plus: 0.666_666_626_93)
    let half = f * f * 0.5
    var result = s * (half + odd + even)
    result = multiply(e, Lanes(repeating: 9.058_000_614_5e-6), plus: result) - half + f
    result = multiply(e, Lanes(repeating: 0.693_138_122_56), plus: result)
    result.replace(with: -.infinity, where: x .== 0)
    result.replace(with: .nan, where: x .< 0)
    result.replace(with: x, where: x .== .infinity)
    return result.replacing(with: x, where: x .!= x)
  }

  /// The natural logarithm of one number, with the same bits as a lane of `log(_: Lanes)`.
  @inlinable @inline(__always)
  static func log(_ x: Float) -> Float { log(Lanes(repeating: x))[0] }
}
