/// Turns frames into the patches that Qwen2-VL's and Qwen2.5-VL's vision tower reads, as their published processors do.
public struct FrameProcessor: Sendable, Hashable {
  public var patchSize = 14
  public var temporalPatchSize = 2
  /// Patches per side that are merged into one token.
  public var mergeSize = 2
  /// Bounds on the pixels of one frame after resizing.
  public var minPixels: Int
  public var maxPixels: Int
  /// Channel means and deviations of pixels in 0...1 (OpenAI CLIP's).
  public var mean: [Double] = [0.48145466, 0.4578275, 0.40821073]
  public var standardDeviation: [Double] = [0.26862954, 0.26130258, 0.27577711]

  public init(minPixels: Int = 128 * 28 * 28, maxPixels: Int = 768 * 28 * 28) {
    self.minPixels = minPixels
    self.maxPixels = maxPixels
  }

  /// Values in one row of patches: channels x frames x rows x columns.
  public var patchLength: Int { 3 * temporalPatchSize * patchSize * patchSize }

  /// The size frames are resized to: both sides multiples of `patchSize * mergeSize`, the area within bounds, the
  /// aspect ratio nearly kept (`smart_resize` of the reference processors).
  public func resizedSize(width: Int, height: Int) throws -> (width: Int, height: Int) {
    let factor = Double(patchSize * mergeSize)
    func unusable(_ reason: String) -> VideoError {
      .unusableSize(width: width, height: height, reason: reason)
    }
    guard width > 0, height > 0 else { throw unusable("both sides must be at least 1") }
    let h = Double(height)
    let w = Double(width)
    guard max(h, w) / min(h, w) <= 200 else {
      throw unusable("one side is more than 200 times the other")
    }
    guard maxPixels >= patchSize * mergeSize * patchSize * mergeSize, minPixels <= maxPixels else {
      throw unusable("the limits leave no size: \(minPixels) to \(maxPixels) pixels")
    }
    var newHeight = (h / factor).rounded(.toNearestOrEven) * factor
    var newWidth = (w / factor).rounded(.toNearestOrEven) * factor
    if newHeight * newWidth > Double(maxPixels) {
      let shrink = (h * w / Double(maxPixels)).squareRoot()
      newHeight = max(factor, (h / shrink / factor).rounded(.down) * factor)
      newWidth = max(factor, (w / shrink / factor).rounded(.down) * factor)
    } else if newHeight * newWidth < Double(minPixels) {
      let grow = (Double(minPixels) / (h * w)).squareRoot()
      newHeight = (h * grow / factor).rounded(.up) * factor
      newWidth = (w * grow / factor).rounded(.up) * factor
    }
    return (max(Int(factor), Int(newWidth)), max(Int(factor), Int(newHeight)))
  }

  /// A frame in the size that its patches are made of.
  public func resized(_ frame: Frame) throws -> Frame {
    let size = try resizedSize(width: frame.width, height: frame.height)
    return BicubicResize.resize(frame, width: size.width, height: size.height)
  }

  /// Patches of what a reader sampled from a file.
  public func patches(of video: SampledVideo) throws -> VisualPatches {
    try patches(
      video.frames, secondsPerFrame: video.secondsPerFrame,
      kind: video.isImage ? .image : .video)
  }

  /// Patches of frames of one size. The last frame is repeated until their number fits `temporalPatchSize`.
  public func patches(
    _ frames: [Frame], secondsPerFrame: Double, kind: VisualPatches.Kind = .video
  ) throws -> VisualPatches {
    guard let first = frames.first, let last = frames.last else {
      throw VideoError.unusableSize(width: 0, height: 0, reason: "there are no frames")
    }
    for frame in frames where frame.width != first.width || frame.height != first.height {
      throw VideoError.unusableSize(
        width: frame.width, height: frame.height,
        reason: "the first frame has \(first.width)x\(first.height)")
    }
    let size = try resizedSize(width: first.width, height: first.height)
    var resized = frames.map {
      BicubicResize.resize($0, width: size.width, height: size.height)
    }
    let missing = (temporalPatchSize - frames.count % temporalPatchSize) % temporalPatchSize
    if missing > 0 {
      let padding = BicubicResize.resize(last, width: size.width, height: size.height)
      resized += Array(repeating: padding, count: missing)
    }
    let isImage = kind == .image
    var result = VisualPatches(
      kind: kind, temporal: resized.count / temporalPatchSize, height: size.height / patchSize,
      width: size.width / patchSize,
      secondsPerGrid: isImage ? 0 : secondsPerFrame * Double(temporalPatchSize), values: [])
    result.values = values(of: resized, grid: result)
    return result
  }

  /// Normalized pixels in patch order (see `VisualPatches`).
  private func values(of frames: [Frame], grid: VisualPatches) -> [Float] {
    let tables = normalizationTables
    let width = grid.width * patchSize
    let side = patchSize
    let length = patchLength
    return [Float](unsafeUninitializedCapacity: grid.patchCount * length) { out, count in
      var row = 0
      for time in 0..<grid.temporal {
        for blockY in stride(from: 0, to: grid.height, by: mergeSize) {
          for blockX in stride(from: 0, to: grid.width, by: mergeSize) {
            for patchY in blockY..<blockY + mergeSize {
              for patchX in blockX..<blockX + mergeSize {
                let corner = (patchY * side * width + patchX * side) * 3
                for step in 0..<temporalPatchSize {
                  frames[time * temporalPatchSize + step].rgb.withUnsafeBufferPointer { rgb in
                    for channel in 0..<3 {
                      var at = row * length + (channel * temporalPatchSize + step) * side * side
                      let table = tables[channel]
                      for y in 0..<side {
                        var pixel = corner + y * width * 3 + channel
                        for _ in 0..<side {
                          out[at] = table[Int(rgb[pixel])]
                          at += 1
                          pixel += 3
                        }
                      }
                    }
                  }
                }
                row += 1
              }
            }
          }
        }
      }
      count = row * length
    }
  }

  /// For each channel, the normalized value of every byte, in the precision and order of the reference.
  private var normalizationTables: [[Float]] {
    zip(mean, standardDeviation).map { mean, deviation in
      let center = Float(mean * 255)
      let scale = Float(deviation * 255)
      return (0..<256).map { (Float($0) - center) / scale }
    }
  }
}
