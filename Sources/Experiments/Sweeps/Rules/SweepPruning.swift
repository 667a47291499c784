import Trainer

/// When cells that fall behind are ended: `prune` of a sweep.
public struct SweepPruning: Sendable, Codable, Hashable {
  public enum Rule: String, Sendable, Codable { case asha, median }

  public var rule: Rule
  /// Steps before the first look.
  public var after: Int
  /// Steps between two looks.
  public var every: Int
  /// Of so many trials that came to a look, `asha` goes on with one.
  public var eta: Int
  /// The stage that is looked at.
  public var stage: String
  /// What its steps record that is nearest to the objective.
  public var measure: String
  public var maximizes: Bool

  public init(
    rule: Rule, after: Int, every: Int, eta: Int, stage: String, measure: String, maximizes: Bool
  ) {
    self.rule = rule
    self.after = after
    self.every = every
    self.eta = eta
    self.stage = stage
    self.measure = measure
    self.maximizes = maximizes
  }

  /// The measure of a trial when it was looked at.
  public struct Look: Sendable, Hashable {
    /// Steps of the stage that were done.
    public var step: Int
    /// Mean over the last `every` steps.
    public var value: Double
  }

  /// What a look comes to.
  public struct Verdict: Sendable, Hashable {
    public var isKept: Bool
    /// What the trial had to reach; nil where there was nothing to compare it with.
    public var bound: Double?
    /// Trials that set the bound.
    public var peers: Int
  }

  /// The looks that the steps of a trial have come to, in order.
  public func looks(_ steps: [StepRecord]) -> [Look] {
    let steps = steps.filter { $0.stage == stage }
    guard let last = steps.map(\.step).max(), last >= after, every > 0 else { return [] }
    // Only where there are steps: their numbers may be far apart.
    let looks = Set(
      steps.map { after + max(0, ($0.step - after + every - 1) / every) * every }
    ).filter { $0 <= last }
    return looks.sorted().compactMap { look in
      let values = steps.filter { $0.step > look - every && $0.step <= look }
        .compactMap { $0.values[measure] }
      guard !values.isEmpty else { return nil }
      return Look(step: look, value: values.reduce(0, +) / Double(values.count))
    }
  }

  /// Whether a trial goes on after a look.
  ///
  /// - Parameters:
  ///   - own: all looks of the trial up to this one.
  ///   - others: those of the other trials with the same seed, by whether the trial is finished.
  public func verdict(
    _ own: [Look], others: [(looks: [Look], isFinished: Bool)]
  ) -> Verdict {
    guard let look = own.last else { return Verdict(isKept: true, bound: nil, peers: 0) }
    switch rule {
    case .asha:
      let peers = others.compactMap { $0.looks.first { $0.step == look.step }?.value }
      return Self.halving(
        look.value, peers: peers, eta: eta, isBetter: isBetter)
    case .median:
      let averages = others.filter(\.isFinished).compactMap { other in
        Self.mean(other.looks.filter { $0.step <= look.step }.map(\.value))
      }
      let best = own.map(\.value).reduce(look.value) { isBetter($1, $0) ? $1 : $0 }
      return Self.median(best, averages: averages, isBetter: isBetter)
    }
  }

  private var isBetter: (Double, Double) -> Bool { maximizes ? { $0 > $1 } : { $0 < $1 } }

  /// Asynchronous successive halving (Li et al. 2020, algorithm 2) without waiting: of the n trials
  /// that have come to a rung, the best n / eta, rounded up, go on.
  static func halving(
    _ value: Double, peers: [Double], eta: Int, isBetter: (Double, Double) -> Bool
  ) -> Verdict {
    let all = (peers + [value]).sorted(by: isBetter)
    let kept = (all.count + eta - 1) / eta
    let bound = all[kept - 1]
    return Verdict(
      isKept: !isBetter(bound, value), bound: peers.isEmpty ? nil : bound, peers: peers.count)
  }

  /// The median stopping rule (Golovin et al. 2017, section 3.2.2): a trial is ended when its best value
  /// is worse than the median of the running averages of those that are complete.
  static func median(
    _ best: Double, averages: [Double], isBetter: (Double, Double) -> Bool
  ) -> Verdict {
    guard !averages.isEmpty else { return Verdict(isKept: true, bound: nil, peers: 0) }
    let sorted = averages.sorted()
    let middle = sorted.count / 2
    let bound =
      sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    return Verdict(isKept: !isBetter(bound, best), bound: bound, peers: averages.count)
  }

  private static func mean(_ values: [Double]) -> Double? {
    values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
  }
}
