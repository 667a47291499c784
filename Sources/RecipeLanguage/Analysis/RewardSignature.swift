/// What is known about a reward before anything runs.
public struct RewardSignature: Hashable, Sendable {
  /// Every value lies in here.
  public var range: ClosedRange<Double>
  /// The values it can take, ascending, when they are finitely many.
  public var support: [Double]?
  /// The segments it reads.
  public var reads: [String]
  /// The columns of the data it reads.
  public var columns: [String]
  /// Whether equal responses always get equal values (a remote judge promises no such thing).
  public var isPure: Bool
  /// Whether it can have no value for a response.
  public var mayAbstain: Bool

  public init(
    range: ClosedRange<Double>, support: [Double]? = nil, reads: [String] = [],
    columns: [String] = [], isPure: Bool = true, mayAbstain: Bool = false
  ) {
    self.range = range
    self.support = support
    self.reads = reads
    self.columns = columns
    self.isPure = isPure
    self.mayAbstain = mayAbstain
  }
}
