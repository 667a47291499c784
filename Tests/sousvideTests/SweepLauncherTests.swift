import Foundation
import Testing

@testable import Experiments
@testable import sousvide

/// The options of `sousvide sweep run` that say who makes its runs.
struct SweepLauncherTests {
  @Test(arguments: [
    (["--launcher", "pbs"], "--launcher is 'pbs', and must be one of local, slurm"),
    (["--partition", "short"], "--partition is for --launcher slurm"),
    (["--launcher", "local", "--sbatch=--qos=x"], "--sbatch is for --launcher slurm"),
    (["--launcher", "slurm", "--sbatch=qos"], "must be an option of sbatch in one word"),
    (["--launcher", "slurm", "--sbatch=--array=1-9"], "but --array is set by the sweep"),
    (["--launcher", "slurm", "--sbatch=-c8"], "--threads says how many threads a run has"),
    (["--parallel", "0"], "--parallel is 0, but must be between 1 and 256"),
  ]) func whatALauncherDoesNotTakeIsRefused(words: [String], message: String) async {
    let recording = Recording()
    let code = await Sousvide.tool.run(["sweep", "run", "x.yaml"] + words, on: recording.console())
    #expect(code == .usage)
    #expect(recording.error.contains(message), "\(recording.error)")
  }

  @Test func helpSaysWhatBecomesOfJobs() async {
    let help = await sousvide("sweep", "run", "--help")
    for text in ["--launcher local|slurm", "leaves them in Slurm's queue", "--partition NAME"] {
      #expect(help.output.contains(text), "\(text) in \(help.output)")
    }
  }
}
