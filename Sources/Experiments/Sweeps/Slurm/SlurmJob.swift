/// What Slurm says of a task of a job array.
struct SlurmJob: Equatable {
  /// `812_3`
  var number: String
  /// The name of the array.
  var name: String
  var state: State
  /// As Slurm calls it: `OUT_OF_MEMORY`.
  var stateText: String
  /// How its process ended, where it is known.
  var exit: TrialExit?
  /// Why it waits: `Resources`.
  var reason: String

  /// The states of Slurm's jobs (`man squeue`, "job state codes"), as far as they make a difference.
  enum State: Equatable {
    case waiting, running
    case completed, failed, cancelled
    /// Ended by its limit, or for other jobs, or with its node: what it did can be gone on with.
    case halted
    case outOfMemory
    /// One that is not known here.
    case unknown

    /// - Parameter text: upper case; `CANCELLED by 1000` is one of the spellings.
    init(_ text: some StringProtocol) {
      let word = String(text.prefix { $0 != " " && $0 != "+" })
      switch word {
      case "PENDING", "CONFIGURING", "REQUEUED", "REQUEUE_HOLD", "REQUEUE_FED", "RESV_DEL_HOLD",
        "SPECIAL_EXIT":
        self = .waiting
      case "RUNNING", "COMPLETING", "SUSPENDED", "STOPPED", "SIGNALING", "STAGE_OUT", "RESIZING":
        self = .running
      case "COMPLETED": self = .completed
      case "FAILED": self = .failed
      case "CANCELLED", "REVOKED": self = .cancelled
      case "TIMEOUT", "DEADLINE", "PREEMPTED", "NODE_FAIL", "BOOT_FAIL": self = .halted
      case "OUT_OF_MEMORY": self = .outOfMemory
      default: self = .unknown
      }
    }
  }

  var isEnded: Bool { ![.waiting, .running, .unknown].contains(state) }

  /// What became of its process; nil while that is not known. Where the run was finished is another
  /// question.
  var ended: TrialExit? {
    switch state {
    case .waiting, .running, .unknown: return nil
    case .completed: return .code(0)
    case .cancelled: return .cancelled("job \(number) was cancelled")
    case .halted: return .again("job \(number) was ended: \(stateText)")
    case .outOfMemory:
      return .failed("job \(number) needed more memory than it had; --memory asks for more")
    case .failed:
      switch exit {
      // What a run ends with that was asked to stop, and has saved its state.
      case .code(130): return .again("job \(number) was asked to stop")
      case .code(let code) where code != 0: return .failed("job \(number) ended with code \(code)")
      case .signal(let signal): return .failed("job \(number) was ended by signal \(signal)")
      default: return .failed("job \(number) failed")
      }
    }
  }
}

extension SlurmJob {
  /// The fields that are asked for, each followed by a bar.
  static let queueFormat = "ArrayJobID:|,ArrayTaskID:|,State:|,exit_code:|,Name:|,Reason:|"

  /// A line of `squeue`; nil for one that is not understood, or is about a job without tasks.
  init?(queueLine line: some StringProtocol) {
    let fields = line.split(separator: "|", omittingEmptySubsequences: false).map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    guard fields.count >= 6, let array = Int(fields[0]), let task = Int(fields[1]),
      !fields[2].isEmpty
    else { return nil }
    self.init(
      number: "\(array)_\(task)", name: fields[4], state: State(fields[2]), stateText: fields[2],
      exit: TrialExit(slurm: fields[3]), reason: fields[5])
  }

  static let accountingFormat = "JobID,State,ExitCode"

  /// A line of `sacct`; nil for one that is not understood.
  init?(accountingLine line: some StringProtocol) {
    let fields = line.split(separator: "|", omittingEmptySubsequences: false)
    guard fields.count >= 3, !fields[1].isEmpty else { return nil }
    self.init(
      number: String(fields[0]), name: "", state: State(fields[1]), stateText: String(fields[1]),
      exit: TrialExit(slurm: String(fields[2])), reason: "")
  }
}

extension TrialExit {
  /// `768`, as the system tells of it, or `3:0`, code and signal.
  init?(slurm text: String) {
    let parts = text.split(separator: ":").map { Int($0) }
    switch (parts.count, parts.first ?? nil, parts.last ?? nil) {
    case (1, let status?, _): self.init(status: status)
    case (2, _, let signal?) where signal != 0: self = .signal(signal)
    case (2, let code?, _): self = .code(code)
    default: return nil
    }
  }
}

/// What `squeue` has said.
struct SlurmAnswer {
  var jobs: [String: SlurmJob] = [:]
  /// Lines that look like jobs and are none that can be read.
  var unreadable: [String] = []
  /// Lines that are something else: what a site has to say to its users.
  var other: [String] = []
  /// Whether it has the line of titles, without which it is no list of jobs.
  var isTitled = false

  init(_ text: String) {
    for line in text.split(separator: "\n") {
      if let job = SlurmJob(queueLine: line) {
        jobs[job.number] = job
      } else if line.hasPrefix("ARRAY_JOB_ID|") {
        isTitled = true
      } else if !line.trimmingCharacters(in: .whitespaces).isEmpty {
        if line.contains("|") {
          unreadable.append(String(line))
        } else {
          other.append(String(line))
        }
      }
    }
  }

  /// Whether a job that is not in it can be taken to be gone.
  var isWhole: Bool { isTitled && unreadable.isEmpty }

  /// The first of what is not understood.
  var strange: String { (unreadable + other).first ?? "" }
}
