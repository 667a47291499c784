import Foundation
import TestSupport
import Testing
import Trainer

@testable import Experiments

@Suite("Removing runs and what no run needs")
struct RunRemovalTests {
  /// A run that executes two nodes, and has the stages that are named.
  private func make(
    _ name: String, in folder: URL, having stages: [String] = [], executing nodes: [String] = [],
    _ outcome: RunSummary.Outcome = .finished
  ) throws -> RunDirectory {
    let run = try RunDirectory.create(at: folder.appendingPathComponent(name), recipe: "a: 1\n")
    var summary = RunSummary(title: name, seed: 1, stages: [], segments: [])
    summary.outcome = outcome
    try run.write(json: summary, to: .summary)
    try run.write(
      json: GraphRecord(
        digest: "g",
        nodes: (stages + nodes).map {
          .init(id: $0, operation: "update", summary: "", inputs: [], digest: "node-\($0)")
        }), to: .graph)
    for stage in stages {
      let checkpoint = run.checkpoint(ofStage: stage)
      try FileManager.default.createDirectory(at: checkpoint, withIntermediateDirectories: true)
      try Data("weights".utf8).write(to: checkpoint.appendingPathComponent("model.safetensors"))
      try RunStages(run).finish(stage: stage, digest: "node-\(stage)", folder: checkpoint)
    }
    return run
  }

  @Test func `what others have taken over and nobody else has is named`() throws {
    try withTemporaryDirectory { folder in
      let first = try make("first", in: folder, having: ["eyes", "cold"])
      let second = try make("second", in: folder, having: ["rl"], executing: ["eyes", "cold"])
      let third = try make("third", in: folder, having: ["cold"])
      #expect(
        try RunRemoval([first]).dependants == [
          TakenStage(run: "second", stage: "eyes", digest: "node-eyes")
        ])
      #expect(try RunRemoval([first, third]).dependants.map(\.stage) == ["cold", "eyes"])
      #expect(try RunRemoval([first, second]).dependants.isEmpty)
      #expect(try RunDetails(second).stages.isEmpty)
      #expect(StageHolders(second.siblings).lender(of: "node-eyes", to: "second") == "first")
      #expect(StageHolders(second.siblings).lender(of: "node-rl", to: "second") == nil)

      let removal = try RunRemoval([first, first])
      #expect(removal.runs.count == 1 && removal.bytes > 0)
      try removal.perform()
      let left = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      #expect(left == ["second", "third"])
    }
  }

  @Test func `a run that a process writes is not removed, nor any that was named with it`() throws {
    try withTemporaryDirectory { folder in
      let idle = try make("idle", in: folder)
      let busy = try make("busy", in: folder)
      let lock = try RunLock(folder: busy.url)
      #expect(throws: ExperimentError.runInUse(path: busy.url.path, process: Int(getpid()))) {
        try RunRemoval([idle, busy]).perform()
      }
      #expect(throws: ExperimentError.self) { try busy.remove() }
      withExtendedLifetime(lock) {}
      #expect(try RunsFolder(folder).entries().map(\.name) == ["busy", "idle"])
    }
  }

  @Test func `states of finished runs and what was never finished is no longer needed`() throws {
    try withTemporaryDirectory { folder in
      let done = try make("done", in: folder, having: ["rl"])
      let open = try make("open", in: folder, .interrupted)
      let state = "stage-000010-\(String(repeating: "a", count: 64)).safetensors"
      let best = "best-000005-\(String(repeating: "b", count: 64)).safetensors"
      let partialModel = "config.json.partial-\(UUID().uuidString)"
      let files: [(URL, String)] = [
        (done.url, "state/\(state)"), (done.url, "state/spent.json"), (done.url, "state/\(best)"),
        (open.url, "state/\(best)"),
        (done.url, "checkpoints/rl/\(partialModel)"),
        (done.url, ".report.html.99999999.ABCD1234.partial"),
        (done.url, "evaluations.partial"), (open.url, "state/\(state)"),
        (open.url, "state/\(StageStates.unfinishedFile)"), (folder, "judges.sqlite"),
        (folder, ".index.99999999.ABCD1234.partial"),
        (folder, ".mine.\(getpid()).ABCD1234.partial"),
        (folder, "\(RunDirectory.removedPrefix)old.12345678"),
      ]
      for (place, name) in files {
        try Data(count: 5000).write(to: place.appendingPathComponent(name))
      }
      let runs = try RunsFolder(folder)
      let garbage = runs.garbage()
      #expect(
        garbage.map { "\($0.kind) \($0.path)" } == [
          "partial .index.99999999.ABCD1234.partial", "removed .removed-old.12345678",
          "partial done/.report.html.99999999.ABCD1234.partial",
          "partial done/checkpoints/rl/\(partialModel)", "state done/state/\(best)",
          "state done/state/\(state)",
          "partial open/state/new.safetensors",
        ])
      #expect(garbage.allSatisfy { $0.bytes >= 5000 })

      do {
        let lock = try RunLock(folder: done.url)
        let removed = try runs.collect(garbage)
        #expect(removed.count == 3 && !removed.contains { $0.path.hasPrefix("done/") })
        withExtendedLifetime(lock) {}
      }
      #expect(runs.garbage().count == 4)
    }
  }

  @Test func `after a collection there is nothing to collect, and results are there`() throws {
    try withTemporaryDirectory { folder in
      let done = try make("done", in: folder, having: ["rl"])
      let state = done.state.appendingPathComponent(
        "stage-000010-\(String(repeating: "a", count: 64)).safetensors")
      try Data(count: 5000).write(to: state)
      let runs = try RunsFolder(folder)
      let removed = try runs.collect(runs.garbage())
      #expect(removed.map(\.kind) == [.state])
      #expect(runs.garbage().isEmpty)
      #expect(try RunStages(done).finishedStage(digest: "node-rl") != nil)
    }
  }

  @Test func `a run in a sweep's folder that is no trial stays while a trial needs a stage of it`()
    throws
  {
    try withTemporaryDirectory { folder in
      let sweep = SweepFolder(named: "windows", below: folder)
      _ = try make("a-s1", in: sweep.url, having: ["rl"], executing: ["eyes"])
      _ = try make("old-s1", in: sweep.url, having: ["eyes"])
      _ = try make("older-s1", in: sweep.url, having: ["other"])
      let runs = try RunsFolder(folder)
      #expect(runs.garbage().isEmpty, "without its specification nobody knows the trials")
      try sweep.write(SweepScenes.specification(["a", "b"], seeds: [1]))
      #expect(runs.garbage().map(\.path) == ["windows.sweep/older-s1"])
      #expect(runs.garbage().map(\.kind) == [.trial])
      let lock = try RunLock(folder: sweep.url)
      #expect(runs.garbage().isEmpty)
      withExtendedLifetime(lock) {}
    }
  }
}
