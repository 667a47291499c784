/// Who makes the trials of a sweep: processes of this machine, or the jobs of a cluster.
///
/// What follows from the ends of trials, rules that end them and the journal are the runner's matter,
/// and the same for every launcher.
public protocol SweepLauncher: AnyObject {
  /// The work on trials that an earlier runner began, and that goes on without it.
  func takeOver(_ trials: [SweepSpecification.Trial]) throws -> [TrialStart]

  /// Begins work on some of the trials that nobody works on; the runner asks again until none is begun.
  ///
  /// - Parameters:
  ///   - ready: in the order in which they are to be started.
  ///   - working: trials that are worked on. A stage that one of them makes is not made twice.
  ///   - finishedStages: the digests of stages that are complete.
  /// - Throws: what keeps every trial from being started.
  func start(
    _ ready: [SweepSpecification.Trial], beside working: [SweepSpecification.Trial],
    finishedStages: Set<String>
  ) throws -> [TrialStart]

  /// Looks how far the work is.
  func update() throws

  /// Whether the work goes on when the runner is asked to stop, and is found again by the next one.
  var outlivesRunner: Bool { get }
}

extension SweepLauncher {
  public func update() throws {}
  public var outlivesRunner: Bool { false }
}

/// Work on a trial that was begun or found, or why none was begun.
public struct TrialStart {
  public var trial: SweepSpecification.Trial
  public var work: Result<any TrialWork, any Error>
  /// Whether it was there already.
  public var isFound: Bool

  public init(
    _ trial: SweepSpecification.Trial, _ work: Result<any TrialWork, any Error>,
    isFound: Bool = false
  ) {
    self.trial = trial
    self.work = work
    self.isFound = isFound
  }
}

extension SweepSpecification.Trial {
  /// The digests of the stages that are still to be made for it.
  func unmade(_ finishedStages: Set<String>) -> Set<String> {
    Set(stages.map(\.digest)).subtracting(finishedStages)
  }
}
