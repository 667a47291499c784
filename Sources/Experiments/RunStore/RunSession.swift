import Foundation
import Models
import Synchronization
import Trainer
import TrainingGraph

/// One run from start to end: finds or creates its directory, and keeps `summary.json` true.
///
/// A run with the same graph that did not finish is resumed. One that finished, or belongs to
/// another graph, keeps its folder, and the new run gets the next free name.
public final class RunSession: TrainingObserver {
  public let directory: RunDirectory
  /// Whether the directory was there, with the same graph and unfinished.
  public let isResumed: Bool

  private struct State: Sendable {
    var summary: RunSummary
    var evaluations: [EvaluationRecord] = []
    /// The stage in progress, with what earlier processes spent on it.
    var stage: (index: Int, started: ContinuousClock.Instant, before: Double)?

    /// Notes how long the stage in progress has taken.
    mutating func measure() {
      guard let stage else { return }
      summary.stages[stage.index].seconds =
        stage.before + (ContinuousClock.now - stage.started).seconds
    }
  }

  /// Held as long as the session lives.
  private let lock: RunLock
  private let started = ContinuousClock.now
  /// What earlier processes of the run took.
  private let before: (seconds: Double, peakMemoryBytes: UInt64)
  private let state: Mutex<State>

  /// - Parameters:
  ///   - recipe: what the run keeps of its recipe.
  ///   - cites: what the recipe cites.
  ///   - runs: the folder that runs are kept in.
  ///   - fresh: start in a new folder even if there is something to resume.
  ///   - name: the folder itself, which must be new or that of this run, unfinished; nil for the
  ///     first free name.
  /// - Throws: `ExperimentError.runInUse` when another process writes the run that would be resumed,
  ///   `.runExists` when the folder `name` is that of another run or of a finished one, `.diskFull`,
  ///   `.cannotWrite`.
  public init(
    recipe: RecipeRecord, cites: [String], graph: TrainingGraph, threads: Int, runs: URL,
    fresh: Bool, name: String? = nil
  ) throws {
    (directory, lock, isResumed) =
      if let name {
        try Self.directory(recipe, graph, at: runs.appendingPathComponent(name, isDirectory: true))
      } else {
        try Self.directory(recipe, graph, runs, fresh: fresh)
      }
    var summary = RunSummary(graph)
    let earlier = isResumed ? try directory.read(RunSummary.self, from: .summary) : nil
    if let earlier, earlier.stages.map(\.name) == summary.stages.map(\.name) {
      summary.stages = earlier.stages
    }
    before = (earlier?.seconds ?? 0, earlier?.peakMemoryBytes ?? 0)
    summary.seconds = earlier?.seconds
    summary.peakMemoryBytes = earlier?.peakMemoryBytes
    summary.cites = cites
    summary.threads = threads
    state = Mutex(State(summary: summary))
    try directory.write(try graph.planJSON(), to: .graph)
    try directory.write(json: summary, to: .summary)
  }

  /// What evaluations have said so far, in order.
  public var evaluations: [EvaluationRecord] { state.withLock { $0.evaluations } }

  /// Seconds that the run has taken, in earlier processes too.
  public var seconds: Double { before.seconds + (ContinuousClock.now - started).seconds }

  public func receive(_ event: TrainingEvent) throws {
    state.withLock { state in
      switch event {
      case .stageStarted(let start):
        guard let index = state.summary.stages.firstIndex(where: { $0.name == start.stage })
        else { return }
        // A stage of epochs knows its steps once its data are read.
        state.summary.stages[index].steps = start.steps
        state.stage = (index, .now, state.summary.stages[index].seconds ?? 0)
      case .evaluation(let record): state.evaluations.append(record)
      case .stageFinished(let finish):
        guard let index = state.summary.stages.firstIndex(where: { $0.name == finish.stage })
        else { return }
        state.summary.stages[index].checkpointDigest = finish.digest
        state.summary.stages[index].funnel = finish.funnel
        state.summary.stages[index].choice = finish.choice
        // A stage that an earlier process finished was not started in this one.
        state.measure()
        state.stage = nil
      case .damagedState, .step, .trace, .evaluated, .intermediate, .rollouts: break
      }
    }
    if case .stageFinished = event { try synchronize() }
  }

  /// Writes down how long the run has taken so far: a process that is killed does not come to `end`.
  public func synchronize() throws { try write() }

  /// Notes what the run is made with: `device`, …
  public func record(environment: [String: String]) throws {
    try write { $0.environment.merge(environment) { $1 } }
  }

  /// Records how the run ended.
  public func end(_ outcome: RunSummary.Outcome) throws {
    try write { $0.outcome = outcome }
  }

  private func write(_ change: (inout RunSummary) -> Void = { _ in }) throws {
    let summary = state.withLock { state in
      state.measure()
      state.summary.seconds = seconds
      state.summary.peakMemoryBytes = max(
        before.peakMemoryBytes, UInt64(AvailableMemory.peakResident))
      change(&state.summary)
      return state.summary
    }
    try directory.write(json: summary, to: .summary)
  }

  private static func directory(
    _ recipe: RecipeRecord, _ graph: TrainingGraph, _ runs: URL, fresh: Bool
  ) throws -> (RunDirectory, RunLock, isResumed: Bool) {
    for number in 1... {
      let name = number == 1 ? graph.run.name : "\(graph.run.name)-\(number)"
      let url = runs.appendingPathComponent(name, isDirectory: true)
      guard FileManager.default.fileExists(atPath: url.path) else {
        let lock = try RunLock(folder: url)
        return (try RunDirectory.create(at: url, recipe: recipe), lock, false)
      }
      if let (run, lock) = try begun(recipe, at: url) { return (run, lock, false) }
      guard !fresh, let run = try? RunDirectory.open(at: url), isUnfinished(run, graph) else {
        continue
      }
      let lock = try RunLock(folder: run.url)
      // Another process may have finished it in the meantime.
      if isUnfinished(run, graph) { return (run, lock, true) }
    }
    throw ExperimentError.cannotWrite(file: runs.path, reason: "no free name")
  }

  /// The folder of a run that was killed before it had written what it is, for the run that is started now.
  private static func begun(
    _ recipe: RecipeRecord, at url: URL
  ) throws -> (RunDirectory, RunLock)? {
    // A run that has written its summary is one; a folder that holds anything else is somebody else's.
    func isBegun() -> Bool {
      let files = try? FileManager.default.contentsOfDirectory(atPath: url.path)
      return files.map { $0.allSatisfy(RunDirectory.isWrittenFirst) } ?? false
    }
    guard isBegun(), let lock = try? RunLock(folder: url), isBegun() else { return nil }
    try? FileManager.default.removeItem(at: url.appendingPathComponent(RunFile.recipe.rawValue))
    return (try RunDirectory.create(at: url, recipe: recipe), lock)
  }

  /// The folder at `url`, whatever moment an earlier process of the run was killed at.
  private static func directory(
    _ recipe: RecipeRecord, _ graph: TrainingGraph, at url: URL
  ) throws -> (RunDirectory, RunLock, isResumed: Bool) {
    let lock = try RunLock(folder: url)
    guard let run = try? RunDirectory.open(at: url) else {
      return (try RunDirectory.create(at: url, recipe: recipe), lock, false)
    }
    let known = try? run.read(GraphRecord.self, from: .graph)
    let summary = try? run.read(RunSummary.self, from: .summary)
    guard known.map({ $0.digest == graph.digest }) ?? true, summary?.outcome != .finished else {
      throw ExperimentError.runExists(path: url.path)
    }
    return (run, lock, summary != nil)
  }

  private static func isUnfinished(_ run: RunDirectory, _ graph: TrainingGraph) -> Bool {
    guard let known = try? run.read(GraphRecord.self, from: .graph), known.digest == graph.digest,
      let summary = try? run.read(RunSummary.self, from: .summary)
    else { return false }
    return summary.outcome != .finished
  }
}

extension RunSummary {
  /// What a graph says about its run before it starts.
  init(_ graph: TrainingGraph) {
    var stages: [Stage] = []
    var segments: [Segment] = []
    var windows: [Window] = []
    for node in graph.nodes {
      switch node.operation {
      case .pipeline(let pipeline):
        stages.append(Stage(name: pipeline.stage, algorithm: "pipeline", steps: 0))
      case .supervise(let stage):
        stages.append(
          Stage(
            name: stage.stage, algorithm: "sft", steps: graph.plannedSteps(of: node) ?? 0,
            startsFrom: Self.parent(of: node, graph)))
      case .update(let stage):
        stages.append(
          Stage(
            name: stage.stage, algorithm: stage.algorithm, steps: stage.steps,
            startsFrom: Self.parent(of: node, graph)))
      case .segment(let segmentation) where segments.isEmpty:
        segments = segmentation.segments.map { Segment(name: $0.name, process: $0.process) }
      case .reward(let reward) where !windows.contains { $0.reward == reward.name }:
        guard let window = reward.settings.optionalWindow("window"), window.unit == .token
        else { continue }
        windows.append(
          Window(
            reward: reward.name, segments: reward.settings.optionalStrings("of") ?? [],
            minimum: Int(window.lower), maximum: Int(window.upper)))
      default: continue
      }
    }
    self.init(title: graph.run.title, seed: graph.run.seed, stages: stages, segments: segments)
    self.windows = windows
    parameterCount = graph.parameterCount
  }

  private static func parent(of node: TrainingNode, _ graph: TrainingGraph) -> String? {
    guard let parent = graph.inputs(of: node, .weights).first else { return nil }
    switch parent.operation {
    case .model: return nil
    case .adapter, .round: return self.parent(of: parent, graph)
    default: return parent.id.path
    }
  }
}

extension Duration {
  fileprivate var seconds: Double {
    Double(components.seconds) + Double(components.attoseconds) / 1e18
  }
}
