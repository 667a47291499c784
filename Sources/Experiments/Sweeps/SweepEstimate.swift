/// What a sweep is expected to take, from the forecasts of its cells.
public struct SweepEstimate: Sendable, Codable, Equatable {
  /// What one trial does: a stage, or an evaluation.
  public struct Work: Sendable, Equatable {
    /// Of the stage, equal where the stage is shared; nil for an evaluation, which every trial makes.
    public var digest: String?
    public var seconds: Double
    public var operations: Double

    public init(digest: String?, seconds: Double, operations: Double) {
      self.digest = digest
      self.seconds = seconds
      self.operations = operations
    }
  }

  /// One trial after the other, stages that are equal once.
  public var seconds: Double
  public var operations: Double
  /// The same if every trial did everything itself.
  public var secondsUnshared: Double

  /// - Parameter trials: the work of every trial.
  public init(_ trials: [[Work]]) {
    var known: Set<String> = []
    (seconds, operations, secondsUnshared) = (0, 0, 0)
    for work in trials.joined() {
      secondsUnshared += work.seconds
      if let digest = work.digest, !known.insert(digest).inserted { continue }
      seconds += work.seconds
      operations += work.operations
    }
  }
}
