/// What a sweep has handed to Slurm, by its journal.
struct SlurmSubmissions {
  /// A task of a job array.
  struct Task: Hashable {
    /// The name of the array: no other one of any sweep has it.
    var submission: String
    /// Its place in the array.
    var index: Int
    var trial: String
    /// The stage that it makes; nil where it makes the whole trial.
    var stage: String?
  }

  /// In the order of submission.
  private(set) var tasks: [Task] = []
  /// The task that makes a trial as a whole, the last one of several.
  private(set) var last: [String: Task] = [:]
  /// The numbers of arrays, by their names. One without a number may have been taken, by a Slurm whose answer
  /// nobody was there to hear.
  private(set) var numbers: [String: String] = [:]

  init(_ events: [SweepEvent] = []) {
    for event in events { add(event) }
  }

  mutating func add(_ event: SweepEvent) {
    guard let submission = event.submission else { return }
    if event.event == .submitted, let job = event.job { numbers[submission] = job }
    if event.event == .queued, let trial = event.trial, let index = event.task {
      let task = Task(submission: submission, index: index, trial: trial, stage: event.stage)
      tasks.append(task)
      if task.stage == nil { last[trial] = task }
    }
  }

  /// `812_3`; nil where the array has no number yet.
  func job(of task: Task) -> String? { numbers[task.submission].map { "\($0)_\(task.index)" } }

  /// Whether an array was handed to Slurm, and nobody has heard of its number.
  func isUnnumbered(_ submission: String) -> Bool {
    numbers[submission] == nil && tasks.contains { $0.submission == submission }
  }

  /// The job that makes a trial as a whole.
  func job(of trial: String) -> String? { last[trial].flatMap(job(of:)) }
}
