/// Mean and variance of the rewards of many updates, each update weighing `decay` times as much as the
/// next: the first update sets them, every other one mixes in its own. What is remembered is exactly
/// the mean and the variance of that mixture.
///
/// The updates' own rewards enter before they are normalized (as in OneThinker's EMA-GRPO), so that the
/// first update is normalized over its batch.
struct RunningMoments: Hashable, Sendable {
  var mean: Double
  /// Divided by n.
  var variance: Double

  /// Of what is remembered; nil where it is no memory of moments.
  init?(_ numbers: [Double]?) {
    guard let numbers, numbers.count == 2 else { return nil }
    (mean, variance) = (numbers[0], numbers[1])
  }

  /// Of the rewards of one update, of which there is at least one. The variance of equal ones is 0.
  init(of rewards: [Double], tolerance: Double) {
    mean = rewards.mean
    let spread = Normalization(deviation: .population, tolerance: tolerance)
      .spread(of: rewards, around: mean)
    variance = spread * spread
  }

  var numbers: [Double] { [mean, variance] }
  /// 0 where rounding alone, of updates with equal means, explains it.
  var deviation: Double {
    let root = variance.squareRoot()
    return root > Normalization.rounding * max(1, abs(mean)) ? root : 0
  }

  /// After an update with the moments `next`.
  func mixed(with next: RunningMoments, decay: Double) -> RunningMoments {
    var mixed = self
    let step = next.mean - mean
    mixed.mean = mean + (1 - decay) * step
    mixed.variance =
      decay * variance + (1 - decay) * next.variance + decay * (1 - decay) * step * step
    return mixed
  }
}
