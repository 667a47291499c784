import Foundation

@testable import Experiments

/// Slurm's commands as shell scripts in a folder, over jobs that are files: `queue/812_3` holds state, exit
/// code, name and reason. A test is the cluster: it changes the files, or what the commands do.
final class FakeSlurm {
  let folder: URL
  private var queue: URL { folder.appendingPathComponent("queue") }

  init(withAccounts: Bool = false) throws {
    folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("slurm-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: queue, withIntermediateDirectories: true)
    try command(
      "sbatch",
      """
      printf '%s\\n' "$@" >calls/sbatch.$number
      for word in "$@"; do
        case "$word" in
        --array=*) last=${word#--array=0-}; last=${last%%\\%*} ;;
        --job-name=*) name=${word#--job-name=} ;;
        --dependency=*) reason=Dependency ;;
        esac
      done
      array=$((100 + number)); task=0
      while [ $task -le $last ]; do
        echo "PENDING|0|$name|${reason:-Priority}" >queue/${array}_$task
        task=$((task + 1))
      done
      [ -n "$answer" ] && echo "$answer" && exit 0
      echo $array
      """)
    try command(
      "squeue",
      """
      echo 'ARRAY_JOB_ID|ARRAY_TASK_ID|STATE|EXIT_CODE|NAME|REASON|'
      for file in queue/*; do
        [ -f "$file" ] || continue
        job=${file#queue/}
        line=$(cat $file)
        state=${line%%|*}
        echo "${job%_*}|${job#*_}|$line|"
      done
      """)
    try command(
      "scancel",
      """
      for job in "$@"; do
        echo $job >>cancelled
        for file in queue/$job queue/${job}_*; do
          [ -f "$file" ] || continue
          case $(cat $file) in
          PENDING*|RUNNING*) sed -i 's/^[A-Z]*/CANCELLED/' $file ;;
          esac
        done
      done
      """)
    if withAccounts { try command("sacct", "cat accounts") }
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("calls"), withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// A script that first does what a test wants of it, and knows how often it was called.
  private func command(_ name: String, _ body: String) throws {
    let file = folder.appendingPathComponent(name)
    let text = """
      #!/bin/sh
      cd "$(dirname "$0")"
      number=$(($(cat \(name).count 2>/dev/null || echo 0) + 1))
      echo $number >\(name).count
      if [ -f \(name).first ]; then . ./\(name).first; fi
      \(body)
      """
    try Data((text + "\n").utf8).write(to: file)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
  }

  func commands(patience: Double = 20) throws -> SlurmCommands {
    try SlurmCommands(path: "/nowhere:\(folder.path)", patience: patience)
  }

  /// What a command does before anything else; nil for nothing.
  func first(_ command: String, _ text: String?) throws {
    let file = folder.appendingPathComponent("\(command).first")
    try? FileManager.default.removeItem(at: file)
    if let text { try Data((text + "\n").utf8).write(to: file) }
  }

  func write(_ text: String, to name: String) throws {
    try Data(text.utf8).write(to: folder.appendingPathComponent(name))
  }

  /// The arguments of every call of `sbatch`.
  var submissions: [[String]] { (101...150).compactMap(arguments) }

  /// Those that an array was submitted with.
  func arguments(_ array: Int) -> [String]? {
    let file = folder.appendingPathComponent("calls/sbatch.\(array - 100)")
    return (try? String(contentsOf: file, encoding: .utf8))
      .map { $0.split(separator: "\n").map(String.init) }
  }

  var cancelled: [String] {
    let text = try? String(
      contentsOf: folder.appendingPathComponent("cancelled"), encoding: .utf8)
    return (text ?? "").split(separator: "\n").map(String.init)
  }

  /// State, exit code, name and reason of every job.
  var jobs: [String: [String]] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: queue.path)) ?? []
    return names.reduce(into: [:]) { jobs, name in
      let text = try? String(contentsOf: queue.appendingPathComponent(name), encoding: .utf8)
      jobs[name] = (text ?? "").trimmingCharacters(in: .newlines)
        .split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    }
  }

  func set(_ job: String, _ state: String, exit: Int = 0, reason: String = "None") throws {
    let name = jobs[job]?[2] ?? "unnamed"
    try Data("\(state)|\(exit)|\(name)|\(reason)\n".utf8)
      .write(to: queue.appendingPathComponent(job))
  }

  func forget(_ job: String) throws {
    try FileManager.default.removeItem(at: queue.appendingPathComponent(job))
  }
}

/// A sweep that is run on a cluster which a test plays.
final class SlurmScene {
  let slurm: FakeSlurm
  let folder: SweepFolder
  let specification: SweepSpecification
  private(set) var messages: [SweepRunner.Message] = []
  /// Arrays that the last runner left behind.
  private(set) var openJobs: [String] = []

  init(
    _ specification: SweepSpecification, in folder: SweepFolder, slurm: FakeSlurm? = nil
  ) throws {
    self.slurm = try slurm ?? FakeSlurm()
    self.folder = folder
    self.specification = specification
  }

  /// Runs the sweep; `cluster` is called at every pause, with its number from 1.
  @discardableResult
  func run(
    options: SlurmOptions = SlurmOptions(cpus: 2), patience: Double = 20, grace: Double = 0,
    stopAfter: Int = .max, _ cluster: (Int) throws -> Void
  ) async throws -> SweepState {
    let session = try SweepSession(specification, in: folder)
    let launcher = SlurmLauncher(
      session, commands: try slurm.commands(patience: patience), options: options,
      words: { trial, stage in ["sousvide", "run", trial.name] + (stage.map { [$0.name] } ?? []) },
      tell: { [unowned self] in messages.append($0) }, interval: 0...0, grace: grace)
    let runner = try SweepRunner(session, launcher: launcher) { [unowned self] in
      messages.append($0)
    }
    var pauses = 0
    defer { openJobs = launcher.openJobs }
    return try await runner.run(requests: { pauses >= stopAfter ? 1 : 0 }) {
      pauses += 1
      // A sweep that never ends is a test that fails.
      if pauses > 200 { pauses = stopAfter }
      do { try cluster(pauses) } catch { messages.append(.remark("test: \(error)")) }
    }
  }

  /// Starts what may start, and ends what was started, as a cluster would.
  func turn() throws {
    let submissions = SlurmSubmissions(try folder.journal())
    let jobs = slurm.jobs
    for task in submissions.tasks {
      guard let job = submissions.job(of: task), let fields = jobs[job] else { continue }
      switch fields[0] {
      case "PENDING" where isReady(job):
        try slurm.set(job, "RUNNING")
      case "RUNNING":
        if let stage = task.stage {
          try SweepScenes.make(stage, of: task.trial, in: folder)
        } else {
          try SweepScenes.finish(task.trial, in: folder)
        }
        try slurm.set(job, "COMPLETED")
      default: continue
      }
    }
  }

  private func isReady(_ job: String) -> Bool {
    guard let array = job.split(separator: "_").first.flatMap({ Int($0) }) else { return false }
    let needs = slurm.arguments(array)?.first { $0.hasPrefix("--dependency=afterok:") }
    let jobs = slurm.jobs
    return (needs?.split(separator: ":").dropFirst() ?? []).allSatisfy {
      jobs[String($0)]?[0] == "COMPLETED"
    }
  }

  var remarks: [String] {
    messages.compactMap { if case .remark(let text) = $0 { text } else { nil } }
  }

  func reason(of trial: String) -> String {
    messages.compactMap {
      switch $0 {
      case .failed(trial, let reason), .ended(trial, let reason, _): reason
      default: nil
      }
    }.last ?? ""
  }
}
