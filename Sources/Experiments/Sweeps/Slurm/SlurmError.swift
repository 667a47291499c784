/// Why runs could not be handed to Slurm, or jobs not be found again.
public enum SlurmError: Error, Sendable, Equatable, CustomStringConvertible {
  /// A command is in none of the folders of PATH.
  case missing(command: String, path: String)
  /// Slurm said no, in its words.
  case refused(command: String, reason: String)
  case noAnswer(command: String, seconds: Int)
  /// What it said is not what it says elsewhere.
  case notUnderstood(command: String, said: String)
  /// Jobs of the sweep that another launcher would not know about.
  case queued(jobs: [String])

  public var description: String {
    switch self {
    case .missing(let command, let path):
      "--launcher slurm needs Slurm's `\(command)`, which is in no folder of PATH (\(path)). Run the sweep where "
        + "Slurm's commands are installed, or make its runs here with --launcher local"
    case .refused(let command, let reason):
      "Slurm refuses what `\(command)` asks for: \(reason.isEmpty ? "it does not say why" : reason)"
    case .noAnswer(let command, let seconds):
      "`\(command)` gave no answer for \(seconds) s, so nothing more was submitted; the same command goes on "
        + "when Slurm answers again"
    case .notUnderstood(let command, let said):
      "what `\(command)` says is not understood: '\(said.prefix(200))'. Nothing more was submitted, so that no "
        + "run is made twice"
    case .queued(let jobs):
      "runs of this sweep are in Slurm's queue, as jobs \(jobs.joined(separator: ", ")): go on with "
        + "--launcher slurm, or cancel them first with: scancel \(jobs.joined(separator: " "))"
    }
  }
}
