import Foundation

/// Trials as processes of this machine, so many at a time.
///
/// A stage that several trials share is made by the first of them; the others are not started before
/// it is complete.
public final class LocalLauncher: SweepLauncher {
  private let folder: SweepFolder
  private let parallel: Int
  private let launch: (SweepSpecification.Trial) throws -> any TrialWork

  /// - Parameters:
  ///   - parallel: how many processes run at once.
  ///   - launch: starts a process for a trial.
  public init(
    _ folder: SweepFolder, parallel: Int,
    launch: @escaping (SweepSpecification.Trial) throws -> any TrialWork
  ) {
    self.folder = folder
    self.parallel = max(1, parallel)
    self.launch = launch
  }

  public func takeOver(_ trials: [SweepSpecification.Trial]) -> [TrialStart] {
    trials.compactMap { trial in
      folder.process(of: trial.name).map {
        TrialStart(trial, .success(FoundProcess($0, trial.name, folder)), isFound: true)
      }
    }
  }

  /// - Throws: `ExperimentError` of a launch; any other error is that of the trial.
  public func start(
    _ ready: [SweepSpecification.Trial], beside working: [SweepSpecification.Trial],
    finishedStages: Set<String>
  ) throws -> [TrialStart] {
    guard working.count < parallel else { return [] }
    let busy = working.reduce(into: Set<String>()) { $0.formUnion($1.unmade(finishedStages)) }
    guard let trial = ready.first(where: { $0.unmade(finishedStages).isDisjoint(with: busy) })
    else { return [] }
    if let found = takeOver([trial]).first { return [found] }
    do {
      return [TrialStart(trial, .success(try launch(trial)))]
    } catch let error as ExperimentError {
      throw error
    } catch {
      return [TrialStart(trial, .failure(error))]
    }
  }
}

/// A process of an earlier sweep that works on a trial: known by the lock that it holds.
final class FoundProcess: TrialWork {
  private let number: Int
  private let trial: String
  private let folder: SweepFolder

  init(_ number: Int, _ trial: String, _ folder: SweepFolder) {
    self.number = number
    self.trial = trial
    self.folder = folder
  }

  var worker: TrialWorker { .process(number) }

  /// Nobody else is told how it ended.
  func poll() -> TrialExit? { folder.process(of: trial) == nil ? .again(nil) : nil }

  func interrupt() { send(SIGINT) }
  func kill() { send(SIGKILL) }

  /// Whoever holds the lock has written its own number there.
  private func send(_ signal: Int32) {
    if let process = folder.process(of: trial).flatMap(pid_t.init(exactly:)), process > 0 {
      _ = Foundation.kill(process, signal)
    }
  }
}
