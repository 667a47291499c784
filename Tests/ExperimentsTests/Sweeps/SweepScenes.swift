import Foundation
import Trainer

@testable import Experiments

/// Sweeps of trials that do nothing, for tests.
enum SweepScenes {
  static let objective = SweepSpecification.Objective(
    text: "eval.check.accuracy", maximizes: true, evaluation: "check", metric: "accuracy",
    trainingMeasure: "accuracy", stage: "rl")

  /// Cells with two seeds each and two stages: the first is shared by all trials with a seed.
  static func specification(
    _ cells: [String], control: String? = nil, seeds: [UInt64] = [7, 8], shared: String = "cold"
  ) -> SweepSpecification {
    let cells = cells.map { name in
      SweepSpecification.Cell(
        name: name, isControl: name == control,
        assignments: [.init(parameter: "window", value: name)])
    }
    let trials = SweepSpecification.order(cells: cells, seeds: seeds).map { cell, seed in
      SweepSpecification.Trial(
        name: "\(cell.name)-s\(seed)", cell: cell.name, seed: seed, digest: "\(cell.name)\(seed)",
        stages: [
          .init(name: "cold", algorithm: "sft", digest: "\(shared)\(seed)"),
          .init(name: "rl", algorithm: "grpo", digest: "rl \(cell.name)\(seed)"),
        ])
    }
    return SweepSpecification(
      name: "scene", title: "Scene", recipe: "scene.yaml", axes: ["window"],
      gridCount: cells.count, cells: cells, seeds: seeds, trials: trials, objective: objective)
  }

  /// Gives a folder for a sweep, and removes it afterwards.
  @discardableResult
  static func with<Result>(_ body: (SweepFolder) async throws -> Result) async throws -> Result {
    let url = FileManager.default.temporaryDirectory
      .appendingPathComponent("sweep-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: url) }
    return try await body(SweepFolder(named: "scene", below: url))
  }

  /// What a process leaves behind that made a stage.
  static func make(_ stage: String, of trial: String, in folder: SweepFolder) throws {
    let run = try directory(of: trial, in: folder)
    try Data("{}".utf8).write(to: run.checkpoints.appendingPathComponent("\(stage).json"))
  }

  /// What a process leaves behind that came to the end.
  static func finish(
    _ trial: String, in folder: SweepFolder, accuracy: Double = 0.5, steps: [StepRecord] = []
  ) throws {
    let run = try directory(of: trial, in: folder)
    for stage in ["cold", "rl"] { try make(stage, of: trial, in: folder) }
    let metrics = try run.writer(for: .metrics)
    for step in steps { try metrics.append(step) }
    try metrics.append(
      EvaluationRecord(
        stage: "rl", evaluation: "check", step: 10, values: ["accuracy": accuracy]))
    var summary = RunSummary(
      title: trial, seed: 0, stages: [.init(name: "rl", algorithm: "grpo", steps: 10)],
      segments: [])
    summary.outcome = .finished
    summary.seconds = 60
    try run.write(json: summary, to: .summary)
  }

  static func directory(of trial: String, in folder: SweepFolder) throws -> RunDirectory {
    if let run = folder.directory(of: trial) { return run }
    return try RunDirectory.create(at: folder.run(of: trial), recipe: "sousvide: 1\n")
  }
}

/// A process that is polled a few times, and does something at each.
final class SceneProcess: TrialWork {
  let worker: TrialWorker
  private(set) var interrupts = 0
  private(set) var kills = 0
  private var steps: [() throws -> TrialExit?]

  init(_ number: Int, _ steps: [() throws -> TrialExit?]) {
    worker = .process(number)
    self.steps = steps
  }

  func poll() -> TrialExit? {
    if kills > 0 { return .signal(9) }
    if interrupts > 0 { return .code(130) }
    guard !steps.isEmpty else { return nil }
    return (try? steps.removeFirst()()) ?? nil
  }

  func interrupt() { interrupts += 1 }
  func kill() { kills += 1 }
}

extension SweepRunner {
  /// With processes that a test makes up.
  convenience init(
    _ session: SweepSession, parallel: Int,
    launch: @escaping (SweepSpecification.Trial) throws -> any TrialWork,
    tell: @escaping (Message) -> Void = { _ in }
  ) throws {
    try self.init(
      session, launcher: LocalLauncher(session.folder, parallel: parallel, launch: launch),
      tell: tell)
  }
}
