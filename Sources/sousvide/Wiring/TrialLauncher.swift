import Experiments
import Foundation

/// Starts this program again for one trial of a sweep.
struct TrialLauncher {
  /// The program itself.
  let program: URL
  let folder: SweepFolder
  /// The words before those of a trial: `run RECIPE --data …`.
  let words: [String]

  /// The program that this process executes.
  static var thisProgram: URL {
    let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    return URL(fileURLWithPath: link ?? CommandLine.arguments[0])
  }

  /// The command line of a trial, without the program.
  func arguments(_ trial: SweepSpecification.Trial) -> [String] {
    words + ["--runs", folder.url.path, "--name", trial.name, "--graph", trial.digest]
      + trial.arguments
  }

  /// A process of this machine; what it prints goes to the trial's log.
  ///
  /// - Throws: `SpawnedProcess.NotStarted`.
  func launch(_ trial: SweepSpecification.Trial) throws -> any TrialWork {
    try SpawnedProcess.start(program, arguments(trial), output: folder.log(of: trial.name))
  }
}
