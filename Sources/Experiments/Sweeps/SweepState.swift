/// Where a trial of a sweep stands.
public enum TrialStatus: String, Sendable, Codable, CaseIterable {
  /// Nobody has worked on it, or it waits in the queue of a cluster.
  case waiting
  case running
  case finished
  case failed
  /// It was begun, and is gone on with when the sweep is.
  case interrupted
  /// It fell behind, or its cell did with another seed.
  case pruned
  /// A rule of `stop` held.
  case stopped

  /// Whether the sweep is done with it.
  public var isFinal: Bool { self == .finished || self == .pruned || self == .stopped }
}

/// What is known of every trial of a sweep: from its journal, and from the runs themselves, which come
/// first where a process was killed before it could say what it did.
public struct SweepState: Sendable, Equatable {
  public struct Trial: Sendable, Equatable {
    public var status = TrialStatus.waiting
    /// Why it failed, was pruned or stopped.
    public var reason: String?
    /// The step at which it was pruned or stopped.
    public var step: Int?
    /// What it was compared by then.
    public var value: Double?
    /// How often somebody began to work on it.
    public var starts = 0
    /// Of a cluster, that it was handed to last.
    public var job: String?

    mutating func place(_ work: any TrialWork) {
      status = work.isWaiting ? .waiting : .running
      reason = nil
      job = if case .job(let number) = work.worker { number } else { nil }
    }
  }

  public private(set) var trials: [String: Trial] = [:]

  public init(_ specification: SweepSpecification, _ folder: SweepFolder) throws {
    self.init(try folder.journal())
    // Whoever watches jobs writes down what becomes of them. Their locks lie on another machine, and are
    // seen from here if the file system has them.
    let isWatched = RunLock.process(holding: folder.url) != nil
    for trial in specification.trials {
      var state = self[trial.name]
      let directory = folder.directory(of: trial.name)
      let outcome = directory.flatMap { try? $0.read(RunSummary.self, from: .summary) }?.outcome
      if outcome == .finished {
        state = Trial(status: .finished, starts: state.starts)
      } else if state.status == .finished, state.starts == 0, directory == nil {
        // Nobody has begun it, and there is nothing of it.
        state = Trial()
      } else if !state.status.isFinal {
        if folder.process(of: trial.name) != nil {
          state.status = .running
        } else if state.job != nil, state.status == .waiting || isWatched {
          // As the journal has it.
        } else if state.status == .running || (state.status == .waiting && directory != nil) {
          // Whoever worked on it was killed, and could not say so.
          state.status = .interrupted
        }
      }
      trials[trial.name] = state
    }
  }

  /// From the journal alone.
  init(_ events: [SweepEvent]) {
    let jobs = SlurmSubmissions(events)
    for event in events {
      guard let name = event.trial else { continue }
      var trial = self[name]
      func end(_ status: TrialStatus) {
        trial.status = status
        trial.reason = event.reason
        trial.step = event.step
        trial.value = event.value
      }
      switch event.event {
      case .begun, .looked, .submitted: continue
      case .queued:
        guard event.stage == nil else { continue }
        end(.waiting)
        trial.job = jobs.job(of: name)
      case .started:
        end(.running)
        trial.starts += 1
        trial.job = event.job
      case .finished: end(.finished)
      case .failed: end(.failed)
      case .interrupted: if !trial.status.isFinal { end(.interrupted) }
      case .pruned, .skipped: end(.pruned)
      case .stopped: end(.stopped)
      }
      trials[name] = trial
    }
  }

  public subscript(trial: String) -> Trial { trials[trial] ?? Trial() }

  mutating func set(_ trial: String, _ change: (inout Trial) -> Void) {
    change(&trials[trial, default: Trial()])
  }
}
