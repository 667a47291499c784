import Foundation

/// Why something about a run could not be read or recorded. Every case says what to do about it.
public enum ExperimentError: Error, Sendable, Equatable, CustomStringConvertible {
  /// No directory is there.
  case noSuchRun(path: String)
  /// The directory exists and holds a run that would be overwritten.
  case runExists(path: String)
  /// Another process writes the run; `process` is its number, where it is known.
  case runInUse(path: String, process: Int?)
  /// Another process runs the sweep; `process` is its number, where it is known.
  case sweepInUse(path: String, process: Int?)
  /// No sweep is kept there.
  case noSuchSweep(path: String)
  /// The directory exists and is not a run.
  case notARun(path: String)
  /// A file of a finished stage is not as the run wrote it.
  case damagedCheckpoint(folder: String, file: String)
  /// A stage has its checkpoint, and its records end before.
  case torn(path: String, stage: String, step: Int, checkpoint: String)
  /// The run has nothing to show yet.
  case nothingRecorded(path: String)
  /// The file cannot be read, for the system's reason.
  case cannotRead(file: String, reason: String)
  /// The file cannot be written, for the system's reason. What was there before is intact.
  case cannotWrite(file: String, reason: String)
  /// No space is left. What was there before is intact.
  case diskFull(file: String)
  /// The file does not hold what its name promises. `line` counts from 1; 0 is the file as a whole.
  case malformed(file: String, line: Int, reason: String)

  public var description: String {
    switch self {
    case .noSuchRun(let path):
      "there is no run at '\(path)'; `sousvide run RECIPE` creates one"
    case .runExists(let path):
      "'\(path)' already holds a run; resume it, or give the new run another name"
    case .runInUse(let path, let process):
      "'\(path)' is being written by \(process.map { "process \($0)" } ?? "another process"): a run is "
        + "written by one process at a time. Wait for it or stop it, or start a new run with --fresh"
    case .sweepInUse(let path, let process):
      "'\(path)' is being run by \(process.map { "process \($0)" } ?? "another process"): a sweep is "
        + "run by one process at a time. Wait for it or stop it"
    case .noSuchSweep(let path):
      "there is no sweep at '\(path)'; `sousvide sweep run RECIPE` begins one"
    case .notARun(let path):
      "'\(path)' is not a run directory (it has no \(RunFile.recipe.rawValue))"
    case .damagedCheckpoint(let folder, let file):
      "'\(folder)/\(file)' is damaged: its bytes are not those that the run wrote. Remove '\(folder)' and run "
        + "the recipe again: the stage is then made anew, with the same result"
    case .torn(let path, let stage, let step, let checkpoint):
      "'\(path)' has the checkpoint of stage \(stage), and its records end at step \(step) of it, as in a folder "
        + "that was copied while the run went on. Copy it again while nobody works on it, or remove "
        + "'\(checkpoint)': the stage is then made anew, with the same result"
    case .nothingRecorded(let path):
      "'\(path)' has no recorded steps or evaluations yet; train first"
    case .cannotRead(let file, let reason):
      "cannot read '\(file)': \(reason)"
    case .cannotWrite(let file, let reason):
      "cannot write '\(file)': \(reason); what was there before is unchanged"
    case .diskFull(let file):
      "the disk is full: '\(file)' could not be written; what was there before is unchanged. "
        + "Free some space and resume the run"
    case .malformed(let file, let line, let reason):
      line > 0
        ? "'\(file)' line \(line) is damaged: \(reason)"
        : "'\(file)' is damaged: \(reason)"
    }
  }

  /// The typed error of a failed write, from the system's error number.
  static func writing(_ url: URL, _ code: Int32) -> ExperimentError {
    code == ENOSPC || code == EDQUOT
      ? .diskFull(file: url.path)
      : .cannotWrite(file: url.path, reason: String(cString: strerror(code)))
  }
}
