import Experiments

/// Who makes the runs of a sweep.
enum LauncherKind: String, CaseIterable, ArgumentValue { case local, slurm }

/// What jobs of a cluster are to have: `--partition`, `--account`, `--time`, `--memory` and `--sbatch`.
enum SlurmArguments {
  private static let partition = Argument<String?>.optional(
    "partition", placeholder: "NAME", help: "slurm: where jobs run")
  private static let account = Argument<String?>.optional(
    "account", placeholder: "NAME", help: "slurm: who pays for them")
  private static let time = Argument<String?>.optional(
    "time", placeholder: "LIMIT",
    help:
      "slurm: how long a job may take, such as 4:00:00; a run that needs longer goes on in another job"
  )
  private static let memory = Argument<String?>.optional(
    "memory", placeholder: "SIZE", help: "slurm: what a job may use, such as 16G")
  private static let words = Argument<[SbatchWord]>.repeated(
    "sbatch", help: "slurm: any other option of sbatch, such as --sbatch=--qos=long")

  /// For a command's declaration.
  static let specifications = [
    partition.specification, account.specification, time.specification, memory.specification,
    words.specification,
  ]

  /// - Throws: `UsageError` for an option that the launcher sets itself.
  static func options(
    _ arguments: ParsedArguments, cpus: Int, parallel: Int?
  ) throws -> SlurmOptions {
    SlurmOptions(
      partition: try arguments[partition], account: try arguments[account],
      time: try arguments[time], memory: try arguments[memory], cpus: cpus, parallel: parallel,
      words: try arguments[words].map(\.text))
  }

  /// - Throws: `UsageError` for options without `--launcher slurm`, and for those of `sbatch` that are set
  ///   already.
  static func check(
    _ arguments: ParsedArguments, launcher: LauncherKind, of command: CommandSpecification
  ) throws {
    if launcher != .slurm, let first = specifications.first(where: arguments.has) {
      throw UsageError(
        message: "\(first.label) is for --launcher slurm", command: command.words)
    }
    for word in try arguments[words].map(\.text) {
      guard let name = SlurmOptions.reserved(word) else { continue }
      throw UsageError(
        message: "--sbatch is '\(word)', but --\(name) is set by the sweep",
        help: name == "cpus-per-task" ? "--threads says how many threads a run has" : nil,
        command: command.words)
    }
  }
}

/// An option of `sbatch` with its value, in one word.
private struct SbatchWord: ArgumentValue {
  let text: String

  init?(argument text: String) {
    guard text.hasPrefix("-"), text.count > 1 else { return nil }
    self.text = text
  }
  static var placeholder: String { "OPTION" }
  static var expectation: String { "an option of sbatch in one word, as in --sbatch=--qos=long" }
}
