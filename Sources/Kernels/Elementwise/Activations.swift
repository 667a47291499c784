extension KernelTier {
  /// 1 / (1 + e^-x)
  @inlinable @inline(__always)
  static func sigmoid(_ x: Lanes) -> Lanes { Lanes(repeating: 1) / (exp(-x) + 1) }

  /// x sigmoid(x)
  @inlinable @inline(__always)
  static func silu(_ x: Lanes) -> Lanes { x / (exp(-x) + 1) }

  /// sigmoid(x) (1 + x (1 - sigmoid(x)))
  @inlinable @inline(__always)
  static func siluDerivative(_ x: Lanes) -> Lanes {
    let s = sigmoid(x)
    return s * multiply(x, Lanes(repeating: 1) - s, plus: 1)
  }

  /// The error function; absolute error below 1.5e-7.
  ///
  /// Two minimax polynomials in the manner of N. Juffa: odd in x up to 475/512, and beyond it
  /// `1 - e^q(|x|)`.
  @inlinable @inline(__always)
  static func erf(_ x: Lanes) -> Lanes {
    let t = x.replacing(with: -x, where: x .< 0)
    let s = x * x
    var inner = multiply(Lanes(repeating: -5.967_617_03e-4), s, plus: 4.991_194_23e-3)
    inner = multiply(inner, s, plus: -2.676_813_49e-2)
    inner = multiply(inner, s, plus: 1.128_199_25e-1)
    inner = multiply(inner, s, plus: -3.761_253_36e-1)
    inner = multiply(inner, s, plus: 1.283_791_66e-1)
    inner = multiply(inner, x, plus: x)
    let capped = t.replacing(with: 4, where: t .> 4)
    let cappedSquare = capped * capped
    var outer = multiply(Lanes(repeating: -1.728_534_7e-5), capped, plus: 3.831_971_26e-4)
    let low = multiply(Lanes(repeating: -3.883_964_38e-3), capped, plus: 2.425_462_19e-2)
    outer = multiply(outer, cappedSquare, plus: low)
    outer = multiply(outer, capped, plus: -1.067_778_77e-1)
    outer = multiply(outer, capped, plus: -6.348_466_87e-1)
    outer = multiply(outer, capped, plus: -1.287_175_12e-1)
    outer = multiply(outer, capped, plus: -capped)
    outer = Lanes(repeating: 1) - exp(outer)
    outer.replace(with: -outer, where: x .< 0)
    return inner.replacing(with: outer, where: t .> 0.927_734_375)
  }

  /// The normal distribution function: (1 + erf(x / sqrt 2)) / 2.
  @inlinable @inline(__always)
  static func normalDistribution(_ x: Lanes) -> Lanes {
    (erf(x * 0.707_106_781_2) + 1) * 0.5
  }

  /// x Phi(x), the exact GELU (Hendrycks and Gimpel, arXiv:1606.08415).
  @inlinable @inline(__always)
  static func gelu(_ x: Lanes) -> Lanes { x * normalDistribution(x) }

  /// Phi(x) + x phi(x)
  @inlinable @inline(__always)
  static func geluDerivative(_ x: Lanes) -> Lanes {
    let density = exp(x * x * -0.5) * 0.398_942_280_4
    return multiply(x, density, plus: normalDistribution(x))
  }
}
