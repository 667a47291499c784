import RecipeLanguage

/// A window that follows the lengths of right responses (the dynamic length reward that VIDEOP2R
/// 13.2 and Video-R1's appendix E leave to future work): after every step its ends move towards two
/// quantiles of the lengths of the step's right responses, for each problem type apart. It starts
/// from the declared window and never leaves its bounds.
///
/// What it remembers is part of the training state. Evaluations and stored responses are scored with
/// the declared window.
public struct LengthFollowing: Sendable {
  /// Which responses it follows.
  public var right: Expression
  /// The quantiles that its ends follow.
  public var low: Double
  public var high: Double
  /// The share of the old ends that a step keeps.
  public var decay: Double
  /// With fewer right responses in a step the window of that problem type stays where it is.
  public var minimumCount: Int
  /// The ends never leave this.
  public var bounds: ClosedRange<Double>?

  static let fields: [FieldSchema] = [
    .required(
      "right", .expression(.boolean, .gate), "the responses it follows, as in `correct > 0.1`"),
    .optional("low", .share, default: "10%", "the quantile of their lengths that pays from"),
    .optional("high", .share, default: "90%", "the quantile of their lengths that pays up to"),
    .optional(
      "decay", .number(.between(0, 1)), default: "0.95",
      "share of the old window that a step keeps"),
    .optional(
      "minimum_count", .count, default: "2",
      "with fewer right responses in a step the window stays where it is"),
    .optional(
      "within", .window(.token, or: [.word, .character]), "the window never leaves these bounds"),
  ]

  public init(
    right: Expression, low: Double = 0.1, high: Double = 0.9, decay: Double = 0.95,
    minimumCount: Int = 2, bounds: ClosedRange<Double>? = nil
  ) {
    self.right = right
    self.low = low
    self.high = high
    self.decay = decay
    self.minimumCount = minimumCount
    self.bounds = bounds
  }

  init(settings: Record) throws {
    self.init(
      right: try settings.expression("right"), low: try settings.number("low"),
      high: try settings.number("high"), decay: try settings.number("decay"),
      minimumCount: try settings.integer("minimum_count"),
      bounds: settings.optionalWindow("within").map { $0.lower...$0.upper })
  }

  /// - Parameter ends: what is remembered; nil before the first update.
  func window(_ ends: [Double]?, from declared: ClosedRange<Double>) -> ClosedRange<Double> {
    guard let ends, ends.count == 2 else { return declared }
    return min(ends[0], ends[1])...max(ends[0], ends[1])
  }

  /// The ends after a step with right responses of these lengths.
  func updated(
    _ ends: [Double]?, with lengths: [Double], from declared: ClosedRange<Double>
  ) -> [Double]? {
    guard !lengths.isEmpty, lengths.count >= minimumCount else { return ends }
    let old = window(ends, from: declared)
    let sorted = lengths.sorted()
    func moved(_ end: Double, towards share: Double) -> Double {
      let moved = decay * end + (1 - decay) * Self.quantile(share, of: sorted)
      guard let bounds else { return moved }
      return min(max(moved, bounds.lowerBound), bounds.upperBound)
    }
    return [
      moved(old.lowerBound, towards: low), moved(old.upperBound, towards: high),
    ]
  }

  func isRight(_ item: DataRecord, _ table: RewardTable, _ index: Int) -> Bool {
    let outcomes = table.outcomes.mapValues { $0[index] }
    return (right.value(in: .response(item, outcomes))?.number ?? 0) != 0
  }

  /// Linear between neighbours, as numpy's default.
  static func quantile(_ share: Double, of sorted: [Double]) -> Double {
    let place = share * Double(sorted.count - 1)
    let below = min(max(Int(place), 0), sorted.count - 1)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
  }
}
