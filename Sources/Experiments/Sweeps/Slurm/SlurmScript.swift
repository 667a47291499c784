/// The script of a job array: every task is the command that a person would type for its run.
enum SlurmScript {
  /// - Parameters:
  ///   - sweep: the name, for people.
  ///   - tasks: for every place in the array the file that its output is added to, and the words of its command.
  static func text(sweep: String, tasks: [(log: String, words: [String])]) -> String {
    var lines = [
      "#!/bin/sh",
      "# Runs of the sweep \(sweep), one per task; written by `sousvide sweep run --launcher slurm`.",
      "case \"${SLURM_ARRAY_TASK_ID:-}\" in",
    ]
    for (place, task) in tasks.enumerated() {
      lines.append("\(place)) log=\(ShellText.line([task.log]))")
      lines.append("  set -- \(ShellText.line(task.words)) ;;")
    }
    lines += [
      "*) echo \"the array has no task '${SLURM_ARRAY_TASK_ID:-}'\" >&2; exit 2 ;;",
      "esac",
      "exec >>\"$log\" 2>&1",
      // In place of the shell, so that Slurm's signals reach the run.
      "exec \"$@\"",
    ]
    return lines.joined(separator: "\n") + "\n"
  }
}
