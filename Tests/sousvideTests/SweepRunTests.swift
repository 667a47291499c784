import Foundation
import Testing

@testable import Experiments
@testable import sousvide

/// `sousvide sweep run` as processes of the program itself: what is killed, and what is found again.
@Suite(.enabled(if: SousvideProgram.url != nil), .serialized)
struct SweepRunTests {
  /// Two windows of a rate and a control, with two seeds of the last stage: one supervised stage for
  /// all six runs.
  private static let sweep = """
    sweep:
      axes: {rate: {values: [1.0e-3, 2.0e-3]}}
      seeds: 2
      reseed: [rl]
      controls: {published: {rate: 5.0e-4}}
      objective: {maximize: eval.check.accuracy}
    """

  private static func recipe(_ sweep: String = sweep, steps: Int = 2) -> String {
    SweepPlanTests.recipe(sweep)
      .replacing("steps: 2\n", with: "steps: \(steps)\n")
      .replacing("seed: 3}", with: "seed: 3, checkpoint_every: 1 step}")
  }

  private static func words(_ folder: URL, _ more: String...) -> [String] {
    [
      "sweep", "run", folder.path + "/tiny.yaml", "--runs", folder.path + "/runs", "--data",
      folder.path + "/data", "--threads", "1",
    ] + more
  }

  private static func sweepFolder(_ folder: URL) -> SweepFolder {
    SweepFolder(named: "tiny", below: folder.appendingPathComponent("runs"))
  }

  /// The digests of the last checkpoint of every trial.
  private static func digests(_ sweep: SweepFolder) throws -> [String: String] {
    let specification = try #require(try sweep.specification())
    return try specification.trials.reduce(into: [:]) { digests, trial in
      let summary = try sweep.directory(of: trial.name)?.read(RunSummary.self, from: .summary)
      #expect(summary?.outcome == .finished, "\(trial.name)")
      digests[trial.name] = summary?.stages.last?.checkpointDigest
    }
  }

  private static func steps(_ stage: String, _ sweep: SweepFolder) throws -> [Int] {
    try #require(try sweep.specification()).trials.map { trial in
      try sweep.directory(of: trial.name)?.metrics().steps.filter { $0.stage == stage }.count ?? 0
    }
  }

  @Test func aSweepTrainsSharedStagesOnceAndPairsItsSeeds() async throws {
    try await with(["tiny.yaml": Self.recipe()]) { folder in
      let run = try SousvideProgram.run(Self.words(folder, "--parallel", "2"))
      #expect(run.code == 0, "\(run.error)")
      #expect(run.output.contains("tiny: 6 finished"))
      let sweep = Self.sweepFolder(folder)
      let specification = try #require(try sweep.specification())
      #expect(try Self.steps("cold", sweep).reduce(0, +) == 12)
      #expect(try Self.steps("rl", sweep) == Array(repeating: 2, count: 6))
      #expect(specification.trials.prefix(2).map(\.cell) == ["published", "published"])
      #expect(
        Dictionary(grouping: specification.trials, by: \.cell).values.allSatisfy {
          $0.map(\.seed) == [3, 4]
        })
      // The same questions in every cell with the same seed.
      let problems = try specification.trials.map { trial -> [String] in
        var found: [String] = []
        try sweep.directory(of: trial.name)?.forEachGroup { found.append($0.item.problemID) }
        return found
      }
      for (trial, own) in zip(specification.trials, problems) {
        let first = try #require(specification.trials.firstIndex { $0.seed == trial.seed })
        #expect(own == problems[first] && !own.isEmpty)
      }

      // One run of the sweep, by itself and by hand, is the same run.
      let last = try #require(specification.trials.last)
      let alone = try SousvideProgram.run([
        "run", folder.path + "/tiny.yaml", "--runs", folder.path + "/alone", "--data",
        folder.path + "/data", "--param", "rate=2.0e-3", "--set", "stages.rl.seed=4",
        "--graph", last.digest,
      ])
      #expect(alone.code == 0, "\(alone.error)")
      let theirs = try Data(
        contentsOf: folder.appendingPathComponent("alone/tiny/checkpoints/rl/model.safetensors"))
      let ours = try Data(
        contentsOf: sweep.run(of: last.name)
          .appendingPathComponent("checkpoints/rl/model.safetensors"))
      #expect(ours == theirs)

      let shown = await sousvide("sweep", "show", sweep.url.path)
      #expect(shown.code == 0, "\(shown.error)")
      for text in ["tiny: 6 finished", "published (control)", "2/2", "best by eval.check.accuracy"]
      {
        #expect(shown.output.contains(text), "\(text) in \(shown.output)")
      }
      let json = await sousvide(
        "sweep", "show", folder.path + "/tiny.yaml", "--runs", folder.path + "/runs", "--json")
      #expect(json.output.contains("\"schema\" : \"sousvide.sweep/1\""), "\(json.error)")
      #expect(run.error.contains("report: "), "\(run.error)")
      let page = sweep.reportFolder.appendingPathComponent("index.html")
      #expect(try String(contentsOf: page, encoding: .utf8).contains("published (control)"))
      try FileManager.default.removeItem(at: sweep.reportFolder)
      let report = await sousvide(
        "sweep", "report", folder.path + "/tiny.yaml", "--runs", folder.path + "/runs")
      #expect(report.code == 0 && report.output.contains("report/index.html"), "\(report.error)")
      #expect(FileManager.default.fileExists(atPath: page.path))

      let absent = await sousvide("sweep", "show", folder.path + "/tiny.yaml", "--runs", "nowhere")
      #expect(absent.code == 1 && absent.error.contains("there is no sweep at"))

      // Nothing is left to do.
      let again = try SousvideProgram.run(Self.words(folder))
      #expect(again.code == 0)
      #expect(!again.error.contains("started"))

      try await Self.changes(folder, sweep)
    }
  }

  /// A recipe that is changed makes other runs, and says so.
  private static func changes(_ folder: URL, _ sweep: SweepFolder) async throws {
    let text = Self.recipe().replacing("[1.0e-3, 2.0e-3]", with: "[1.0e-3, 3.0e-3]")
    try Data(text.utf8).write(to: folder.appendingPathComponent("tiny.yaml"))
    let changed = try SousvideProgram.run(Self.words(folder))
    #expect(changed.code == 0, "\(changed.error)")
    #expect(changed.error.contains("2 new runs, 4 as before, 2 no longer part of it"))
    #expect(changed.output.contains("tiny: 6 finished"))
    let folders = try FileManager.default.contentsOfDirectory(atPath: sweep.url.path)
    #expect(folders.filter { $0.hasPrefix("2.0e-3-s") }.count == 2)
    #expect(folders.filter { $0.hasPrefix("3.0e-3-s") }.count == 2)
    #expect(try Self.steps("cold", sweep).reduce(0, +) == 12)
  }

  @Test func whateverIsKilledTheSweepComesToTheSameEnd() async throws {
    try await with(["tiny.yaml": Self.recipe(steps: 6)]) { folder in
      let whole = try SousvideProgram.run(
        Self.words(folder).map { $0 == folder.path + "/runs" ? folder.path + "/whole" : $0 })
      #expect(whole.code == 0, "\(whole.error)")
      let expected = try Self.digests(
        SweepFolder(named: "tiny", below: folder.appendingPathComponent("whole")))

      let sweep = Self.sweepFolder(folder)
      for round in 0..<3 {
        let process = try SousvideProgram.start(Self.words(folder, "--parallel", "2"))
        var found: Int?
        try SousvideProgram.wait {
          let events = (try? sweep.journal()) ?? []
          guard events.filter({ $0.event == .begun }).count == round + 1,
            let begun = events.lastIndex(where: { $0.event == .begun })
          else { return false }
          found = events[begun...].last { $0.event == .started }?.process
          return found != nil
        }
        if round < 2 {
          // The parent dies, its processes go on; or the parent lives, and one of them dies.
          kill(round == 0 ? process.processIdentifier : pid_t(found ?? 0), SIGKILL)
        } else {
          kill(process.processIdentifier, SIGINT)
        }
        process.waitUntilExit()
        if round == 2 { #expect(process.terminationStatus == 130) }
      }
      let last = try SousvideProgram.run(Self.words(folder))
      #expect(last.code == 0, "\(last.error)")
      #expect(try Self.digests(sweep) == expected)
      #expect(try Self.steps("cold", sweep).reduce(0, +) == 12)
      #expect(try Self.steps("rl", sweep) == Array(repeating: 6, count: 6))
    }
  }

  @Test func aCellThatFailsIsToldWithItsLastLines() async throws {
    let sweep = Self.sweep.replacing("[1.0e-3, 2.0e-3]", with: "[1.0e+30, 1.0e-3]")
      .replacing("seeds: 2", with: "seeds: 1")
    try await with(["tiny.yaml": Self.recipe(sweep)]) { folder in
      let run = try SousvideProgram.run(Self.words(folder))
      #expect(run.code == 1)
      #expect(run.output.contains("tiny: 2 finished, 1 failed"), "\(run.output)")
      #expect(run.error.contains("failed: ended with code 1"))
      #expect(run.error.contains("rate=1.0e+30"))
      #expect(run.error.contains("| error: the logits of prompt 0"), "\(run.error)")
    }
  }
}
