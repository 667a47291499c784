/// Which frames of a video are looked at.
public enum FrameSampler: Sendable, Hashable {
  /// Exactly `count` frames, spread evenly from the first to the last.
  case uniform(count: Int)
  /// About `rate` frames per second, spread evenly; their number is even and within `minimum...maximum`
  /// (`smart_nframes` of qwen-vl-utils).
  case rate(framesPerSecond: Double, minimum: Int = 4, maximum: Int = 768)
  /// Exactly `count` frames, the first and the last among them, more of them where the picture changes.
  case adaptive(count: Int)

  /// How many frames to take of a video of `total` frames at `frameRate` frames per second.
  /// A result above `total` means that the video is too short.
  public func count(total: Int, frameRate: Double) -> Int {
    switch self {
    case .uniform(let count), .adaptive(let count):
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

  /// The indices taken of a video whose frame `i + 1` differs from frame `i` by `changes[i]`: half of the frames are
  /// spent on time and half on change.
  ///
  /// With N frames, let e be the change above the median change (which is that of noise and steady motion), S the sum
  /// of e, and w = e (N - 1) + S the weight of a step; w = 1 where S is 0, so that a still video is sampled evenly.
  /// With W(i) the weights of the steps up to frame i, frame k of n is the first with (n - 1) W(i) >= k W(N - 1); where
  /// that one is taken, the next that is not. In whole numbers throughout.
  ///
  /// A change of a moment, however short, that is more than 2 / (n - 1) of all change is therefore never missed.
  public static func indices(changes: [Int], count: Int) -> [Int] {
    let total = changes.count + 1
    guard count > 0, total >= count else { return [] }
    guard count > 1 else { return [0] }
    let median = changes.sorted()[changes.count / 2]
    let excess = changes.map { max(0, $0 - median) }
    let sum = excess.reduce(0, +)
    let weights = excess.map {
      sum == 0 ? 1 : Int128($0) * Int128(changes.count) + Int128(sum)
    }
    let whole = weights.reduce(0, +)
    var indices: [Int] = []
    var frame = 0
    var reached: Int128 = 0
    for k in 0..<count {
      while Int128(count - 1) * reached < Int128(k) * whole, frame < changes.count {
        reached += weights[frame]
        frame += 1
      }
      indices.append(max(frame, (indices.last ?? -1) + 1))
    }
    // Leave room for those that follow.
    for k in indices.indices { indices[k] = min(indices[k], total - count + k) }
    return indices
  }
}
