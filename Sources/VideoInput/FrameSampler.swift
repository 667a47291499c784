/// Which frames of a video are looked at.
public enum FrameSampler: Sendable, Hashable {
  /// Exactly `count` frames, spread evenly from the first to the last.
  case uniform(count: Int)
  /// About `rate` frames per second, spread evenly; their number is even and within `minimum...maximum`
  /// (`smart_nframes` of qwen-vl-utils).
  case rate(framesPerSecond: Double, minimum: Int = 4, maximum: Int = 768)

  /// How many frames to take of a video of `total` frames at `frameRate` frames per second.
  /// A result above `total` means that the video is too short.
  public func count(total: Int, frameRate: Double) -> Int {
    switch self {
    case .uniform(let count):
      return max(1, count)
    case .rate(let framesPerSecond, let minimum, let maximum):
      let low = (max(2, minimum) + 1) / 2 * 2
      let high = min(maximum, total) / 2 * 2
      let wanted = Double(total) / max(frameRate, .leastNormalMagnitude) * framesPerSecond
      let bounded = min(min(max(wanted, Double(low)), Double(high)), Double(total))
      return max(2, Int(bounded / 2) * 2)
    }
  }

  /// The indices taken: `linspace(0, total - 1, count)`, rounded half to even.
  /// Empty if the video has fewer than `count` frames.
  public static func indices(total: Int, count: Int) -> [Int] {
    guard count > 0, total >= count else { return [] }
    guard count > 1 else { return [0] }
    let step = Double(total - 1) / Double(count - 1)
    return (0..<count).map { Int((Double($0) * step).rounded(.toNearestOrEven)) }
  }
}
