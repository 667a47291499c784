/// What is known about a reward before anything runs.
public struct RewardSignature: Hashable, Sendable {
  /// Every value lies in here.
  public var range: ClosedRange<Double>
  /// The values it can take, ascending, when they are finitely many.
  public var support: [Double]?
  /// Values that some response gets, ascending: for findings that need an example. All of them when
  /// they are finitely many.
  public var attains: [Double]
  /// Those among them that a response gets in which every segment it reads is complete.
  public var attainsWhenComplete: [Double]
  /// The value of a response in which a segment it reads is not complete; nil where it can be any.
  public var valueWhenIncomplete: Double?
  /// The segments it reads.
  public var reads: [String]
  /// The columns of the data it reads.
  public var columns: [String]
  /// By column, the values it has a measure for; it abstains on others.
  public var dispatch: [String: [String]]
  /// Whether equal responses always get equal values (a remote judge promises no such thing).
  public var isPure: Bool
  /// Whether it can have no value for a response.
  public var mayAbstain: Bool

  public init(
    range: ClosedRange<Double>, support: [Double]? = nil, attains: [Double]? = nil,
    whenComplete: [Double]? = nil, whenIncomplete: Double? = nil, reads: [String] = [],
    columns: [String] = [], dispatch: [String: [String]] = [:], isPure: Bool = true,
    mayAbstain: Bool = false
  ) {
    self.range = range
    self.support = support
    self.attains = attains ?? support ?? []
    attainsWhenComplete = whenComplete ?? self.attains
    valueWhenIncomplete = whenIncomplete
    self.reads = reads
    self.columns = columns
    self.dispatch = dispatch
    self.isPure = isPure
    self.mayAbstain = mayAbstain
  }
}
