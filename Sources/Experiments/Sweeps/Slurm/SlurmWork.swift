/// A task of a job array that makes a trial, or a stage that trials wait for.
final class SlurmWork: TrialWork {
  let trial: SweepSpecification.Trial
  /// Nil where it makes the whole trial.
  let stage: SweepSpecification.Stage?
  /// `812_3`
  let job: String
  let submission: String
  let index: Int
  /// The digests of stages that other tasks make before it.
  let needs: [String]
  /// What the trial had recorded when it was submitted; -1 where nobody knows.
  let recordedBefore: Int
  private let cancel: (SlurmWork) -> Void

  /// What the queue said last.
  var seen: SlurmJob?
  /// How often in a row it was not in the queue's answer.
  var absences = 0
  /// Whether Slurm has said that what it depends on will never be.
  var isUnsatisfiable = false
  /// When it was first seen to be complete, in seconds.
  var completedAt: Double?
  /// How it ended, once that is clear.
  var exit: TrialExit?
  /// Whether it is not wanted any more.
  private(set) var isCancelled = false

  init(
    _ task: SlurmPlan.Task, job: String, submission: String, index: Int, recordedBefore: Int,
    cancel: @escaping (SlurmWork) -> Void
  ) {
    trial = task.trial
    stage = task.stage
    needs = task.needs
    self.job = job
    self.submission = submission
    self.index = index
    self.recordedBefore = recordedBefore
    self.cancel = cancel
  }

  var worker: TrialWorker { .job(job) }

  /// Slurm counts up.
  var submissionOrder: UInt64 { UInt64(job.prefix { $0 != "_" }) ?? 0 }

  var isWaiting: Bool {
    switch seen?.state {
    case nil, .waiting, .cancelled: true
    default: false
    }
  }

  func poll() -> TrialExit? { exit }
  func interrupt() { kill() }

  /// Slurm lets it save its state, and ends it.
  func kill() {
    isCancelled = true
    cancel(self)
  }
}
