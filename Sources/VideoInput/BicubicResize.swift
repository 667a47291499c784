/// Antialiased bicubic resize of 8-bit pictures, as Pillow and torchvision's `resize(antialias=True)` compute it:
/// Keys' kernel with a = -0.5, stretched by the scale when shrinking; first rows, then columns, rounded to bytes in between.
enum BicubicResize {
  /// The source pixels that one target pixel is made of, with weights in fixed point that add up to about 2^22.
  private struct Contribution {
    var first: Int
    var weights: [Int32]
  }

  /// 32 bits, less 8 for the pixel and 2 for the kernel's negative lobes and overshoot (Pillow's PRECISION_BITS).
  private static let precision = 32 - 8 - 2

  static func resize(_ frame: Frame, width: Int, height: Int) -> Frame {
    if frame.width == width && frame.height == height { return frame }
    let columns = contributions(from: frame.width, to: width)
    let rows = contributions(from: frame.height, to: height)
    let narrowed = resample(
      frame.rgb, lines: frame.height, lineStride: frame.width * 3, pixelStride: 3, columns,
      targetLineStride: width * 3, targetPixelStride: 3)
    let rgb = resample(
      narrowed, lines: width, lineStride: 3, pixelStride: width * 3, rows,
      targetLineStride: 3, targetPixelStride: width * 3)
    return Frame(width: width, height: height, rgb: rgb)
  }

  private static func resample(
    _ source: [UInt8], lines: Int, lineStride: Int, pixelStride: Int,
    _ contributions: [Contribution], targetLineStride: Int, targetPixelStride: Int
  ) -> [UInt8] {
    var target = [UInt8](repeating: 0, count: lines * contributions.count * 3)
    let half = Int64(1) << Int64(precision - 1)
    source.withUnsafeBufferPointer { source in
      for line in 0..<lines {
        for (position, contribution) in contributions.enumerated() {
          let start = line * lineStride + contribution.first * pixelStride
          var red = half
          var green = half
          var blue = half
          for (offset, weight) in contribution.weights.enumerated() {
            let pixel = start + offset * pixelStride
            let weight = Int64(weight)
            red += weight * Int64(source[pixel])
            green += weight * Int64(source[pixel + 1])
            blue += weight * Int64(source[pixel + 2])
          }
          let out = line * targetLineStride + position * targetPixelStride
          target[out] = byte(red)
          target[out + 1] = byte(green)
          target[out + 2] = byte(blue)
        }
      }
    }
    return target
  }

  private static func byte(_ sum: Int64) -> UInt8 {
    UInt8(min(255, max(0, sum >> Int64(precision))))
  }

  private static func contributions(from source: Int, to target: Int) -> [Contribution] {
    let scale = Double(source) / Double(target)
    let stretch = max(1, scale)
    let support = 2 * stretch
    return (0..<target).map { position in
      let center = (Double(position) + 0.5) * scale
      let first = max(0, Int(center - support + 0.5))
      let end = min(source, Int(center + support + 0.5))
      let weights = (first..<end).map { kernel((Double($0) - center + 0.5) / stretch) }
      let sum = weights.reduce(0, +)
      let unit = Double(1 << precision)
      return Contribution(
        first: first, weights: weights.map { Int32(($0 / sum * unit).rounded()) })
    }
  }

  /// Keys (1981), a = -0.5.
  private static func kernel(_ x: Double) -> Double {
    let x = abs(x)
    if x < 1 { return (1.5 * x - 2.5) * x * x + 1 }
    if x < 2 { return ((-0.5 * x + 2.5) * x - 4) * x + 2 }
    return 0
  }
}
