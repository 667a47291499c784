/// Something that happened in a sweep: a line of `journal.jsonl`, which is only ever added to.
///
/// What the lines and the folders of the runs say together is the state of the sweep; there is no
/// other.
public struct SweepEvent: Sendable, Codable, Equatable {
  public enum Kind: String, Sendable, Codable {
    /// The sweep was begun, or gone on with.
    case begun
    /// A task of a job array is about to be handed to the cluster: for the whole trial, or for one stage
    /// of it that others wait for.
    case queued
    /// The cluster has taken the array, and given it a number.
    case submitted
    /// A process works on the trial.
    case started
    case finished
    /// The process ended without finishing the trial; the reason is how.
    case failed
    /// The sweep was asked to stop, or the job was ended before its time; the state of the trial is saved.
    case interrupted
    /// The trial was compared with others while it trained.
    case looked
    /// It fell behind, and is not gone on with.
    case pruned
    /// A rule that ends runs held, and it is not gone on with.
    case stopped
    /// It is not started, because its cell was pruned with another seed.
    case skipped
  }

  public var event: Kind
  public var trial: String?
  /// The name of the sweep, where it was begun or gone on with.
  public var sweep: String?
  /// Seconds since 1970, for people.
  public var time: Double?
  /// The number of the process.
  public var process: Int?
  /// The number of the job, with that of its task where the line is about a trial.
  public var job: String?
  /// The name of the job array.
  public var submission: String?
  /// The place in the array.
  public var task: Int?
  /// The stage that the task makes; absent where it makes the whole trial.
  public var stage: String?
  /// Of the stage in which trials are compared.
  public var step: Int?
  /// What the trial was compared by.
  public var value: Double?
  /// What `value` has to reach; absent where there was nothing to compare with.
  public var bound: Double?
  /// How many trials set the bound.
  public var peers: Int?
  public var reason: String?

  public init(
    _ event: Kind, trial: String? = nil, time: Double? = nil, process: Int? = nil,
    step: Int? = nil, value: Double? = nil, bound: Double? = nil, peers: Int? = nil,
    reason: String? = nil
  ) {
    self.event = event
    self.trial = trial
    self.time = time
    self.process = process
    self.step = step
    self.value = value
    self.bound = bound
    self.peers = peers
    self.reason = reason
  }

  /// Somebody begins to work on a trial.
  init(_ event: Kind, trial: String, worker: TrialWorker) {
    self.init(event, trial: trial)
    switch worker {
    case .process(let number): process = number
    case .job(let number): job = number
    }
  }

  /// Of a task of an array, or of the array.
  init(
    _ event: Kind, submission: String, job: String? = nil, task: Int? = nil, trial: String? = nil,
    stage: String? = nil
  ) {
    self.init(event, trial: trial)
    self.submission = submission
    self.job = job
    self.task = task
    self.stage = stage
  }
}
