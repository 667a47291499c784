import Foundation
import Testing

@testable import Experiments
@testable import sousvide

/// What happens to runs whose process or disk fails. `SOUSVIDE_FAULTS` says how many runs are killed
/// (`make test-faults`: 100).
@Suite(.serialized) struct FaultTests {
  private static let kills =
    ProcessInfo.processInfo.environment["SOUSVIDE_FAULTS"].flatMap { Int($0) } ?? 2

  /// A run in a folder of its own, with data of its own.
  private struct Place {
    let folder: URL
    let recipe: String

    init(_ folder: URL, _ name: String) throws {
      self.folder = folder.appendingPathComponent(name)
      recipe = folder.path + "/tiny.yaml"
      try FileManager.default.createDirectory(at: self.folder, withIntermediateDirectories: true)
    }

    /// What the last process said.
    var errors: URL { folder.appendingPathComponent("errors") }
    var run: URL { folder.appendingPathComponent("runs/tiny") }

    func start(threads: Int) throws -> Process {
      let process = Process()
      process.executableURL = SousvideProgram.url
      process.arguments = [
        "run", recipe, "--runs", folder.path + "/runs", "--data", folder.path + "/data",
        "--threads", "\(threads)",
      ]
      process.standardOutput = FileHandle.nullDevice
      try Data().write(to: errors)
      process.standardError = try FileHandle(forWritingTo: errors)
      try process.run()
      return process
    }

    /// All that a run leaves but what takes time, or says where it lies.
    func results() throws -> [String: Data] {
      let names = try FileManager.default.subpathsOfDirectory(atPath: run.path)
      let lasting = names.filter { name in
        let isResult = ["evaluations/", "checkpoints/"].contains { name.hasPrefix($0) }
        return isResult || name.hasSuffix(".jsonl")
      }
      return try Dictionary(
        uniqueKeysWithValues: lasting.compactMap { name in
          var isFolder: ObjCBool = false
          let url = run.appendingPathComponent(name)
          guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isFolder),
            !isFolder.boolValue, !name.hasPrefix("rollouts"),
            // What was being written; `runs gc` removes it.
            !name.contains(".partial")
          else { return nil }
          return (name, try Data(contentsOf: url))
        })
    }
  }

  @Test(.enabled(if: SousvideProgram.url != nil, "the program is not built beside the tests"))
  func aRunThatIsKilledAnywhereEndsAsIfItNeverWas() async throws {
    try await with(["tiny.yaml": SignalTests.KeepBestTests.recipe()]) { folder in
      let whole = try Place(folder, "whole")
      let started = ContinuousClock.now
      let first = try whole.start(threads: 2)
      first.waitUntilExit()
      try #require(first.terminationStatus == 0)
      let duration = ContinuousClock.now - started
      let expected = try whole.results()
      #expect(expected.keys.contains("trace.jsonl"))
      #expect(expected.keys.contains("checkpoints/rl/model.safetensors"))
      #expect(expected.keys.contains("evaluations/check/cold/10.jsonl"))

      for index in 0..<Self.kills {
        let place = try Place(folder, "\(index)")
        // Somewhere in the run, and a little past its end.
        let moment = duration * (Double.random(in: 0...1.1))
        let killed = try place.start(threads: 1 + index % 2)
        try await Task.sleep(for: moment)
        kill(killed.processIdentifier, SIGKILL)
        killed.waitUntilExit()
        if killed.terminationReason == .exit {
          // It was faster this time.
          #expect(killed.terminationStatus == 0)
        } else {
          let resumed = try place.start(threads: 2 - index % 2)
          resumed.waitUntilExit()
          let said = try String(contentsOf: place.errors, encoding: .utf8).suffix(1000)
          #expect(resumed.terminationStatus == 0, "killed after \(moment): \(said)")
        }
        let results = try place.results()
        #expect(results.keys.sorted() == expected.keys.sorted(), "killed after \(moment)")
        for (name, data) in expected {
          #expect(results[name] == data, "\(name), killed after \(moment)")
        }
        try FileManager.default.removeItem(at: place.folder)
      }
    }
  }
}

/// Folders of runs that are copied while the run goes on.
@Suite struct CopiedRunTests {
  private static let recipe = SignalTests.RunCommandTests.recipe
    .replacing(
      "run: {name: tiny, seed: 3}", with: "run: {name: tiny, seed: 3, checkpoint_every: 2 step}")

  /// Where a copy falls depends on what else runs, so this is one of `make test-faults`; torn copies that are made
  /// on purpose are in `TornRunTests`.
  @Test(
    .enabled(if: SousvideProgram.url != nil, "the program is not built beside the tests"),
    .enabled(
      if: ProcessInfo.processInfo.environment["SOUSVIDE_FAULTS"] != nil, "see make test-faults"))
  func aCopyOfALiveRunComesToTheSameEndOrSaysWhy() async throws {
    try await with(["tiny.yaml": Self.recipe]) { folder in
      let here = folder.path
      func words(_ runs: String) -> [String] {
        ["run", here + "/tiny.yaml", "--runs", here + "/" + runs, "--data", here + "/data"]
      }
      let metrics = folder.appendingPathComponent("runs/tiny/metrics.jsonl")
      func size() -> Int { (try? Data(contentsOf: metrics).count) ?? 0 }
      let process = try SousvideProgram.start(words("runs"))
      var copies: [String] = []
      var last = 0
      while process.isRunning {
        let now = size()
        if now > last, copies.count < 6 {
          last = now
          let name = "copy\(copies.count)"
          try FileManager.default.createDirectory(
            atPath: here + "/" + name, withIntermediateDirectories: true)
          let copy = Process()
          copy.executableURL = URL(fileURLWithPath: "/bin/cp")
          copy.arguments = ["-r", here + "/runs/tiny", here + "/\(name)/tiny"]
          copy.standardError = FileHandle.nullDevice
          try copy.run()
          copy.waitUntilExit()
          copies.append(name)
        }
        // Not a task's sleep: among all other tests it could last until the run is over.
        usleep(2000)
      }
      process.waitUntilExit()
      try #require(process.terminationStatus == 0)
      try #require(!copies.isEmpty)
      for name in copies {
        let (code, _, error) = try SousvideProgram.run(words(name))
        guard code == 0 else {
          #expect(error.contains("copied while the run went on") || error.contains("is damaged"))
          continue
        }
        // One that had nothing to go on with yet was begun anew beside what was copied, and may have taken over
        // stages of it, without their steps.
        let places = try FileManager.default.contentsOfDirectory(atPath: "\(here)/\(name)").sorted()
        let records = ["metrics.jsonl", "trace.jsonl", "rollouts.jsonl"]
        let isAnew = places.contains { $0.hasPrefix("tiny-") }
        for file in (isAnew ? [] : records) + ["checkpoints/rl/model.safetensors"] {
          let made =
            places
            .compactMap { FileManager.default.contents(atPath: "\(here)/\(name)/\($0)/\(file)") }
          #expect(
            made.last == FileManager.default.contents(atPath: "\(here)/runs/tiny/\(file)"),
            "\(name) \(file)")
        }
      }
    }
  }
}

extension SignalTests {
  /// Copies whose files are of different moments.
  @Suite struct TornRunTests {
    private static let recipe = RunCommandTests.recipe
      .replacing(
        "run: {name: tiny, seed: 3}", with: "run: {name: tiny, seed: 3, checkpoint_every: 2 step}")

    private static func run(_ folder: URL, _ runs: String, at text: String? = nil) async -> (
      code: Int32, error: String
    ) {
      let recording = Recording()
      let console = text.map { recording.console(pressingControlCAt: $0) } ?? recording.console()
      let code = await Sousvide.tool.run(
        [
          "run", folder.path + "/tiny.yaml", "--runs", "\(folder.path)/\(runs)", "--data",
          folder.path + "/data",
        ], on: console)
      return (code.rawValue, recording.error)
    }

    /// Leaves the first lines of a file, and half of the next.
    private static func cut(_ file: URL, to lines: Int) throws {
      let text = try String(contentsOf: file, encoding: .utf8)
      let parts = text.split(separator: "\n", omittingEmptySubsequences: false)
      let half = parts[lines].prefix(parts[lines].count / 2)
      try Data((parts.prefix(lines).joined(separator: "\n") + "\n" + half).utf8).write(to: file)
    }

    @Test(arguments: [RunFile.metrics, .trace])
    func aStateOfLaterStepsThanTheRecordsIsNotGoneOnFrom(_ torn: RunFile) async throws {
      try await with(["tiny.yaml": Self.recipe]) { folder in
        try #require(await Self.run(folder, "whole").code == 0)
        try #require(await Self.run(folder, "torn", at: "cold 9/12").code == 130)
        let run = folder.appendingPathComponent("torn/tiny")
        try Self.cut(run.appendingPathComponent(torn.rawValue), to: 4)
        let resumed = await Self.run(folder, "torn")
        #expect(resumed.code == 0, "\(resumed.error)")
        for file in ["metrics.jsonl", "trace.jsonl", "checkpoints/rl/model.safetensors"] {
          #expect(
            FileManager.default.contents(atPath: "\(run.path)/\(file)")
              == FileManager.default.contents(atPath: "\(folder.path)/whole/tiny/\(file)"),
            "\(file)")
        }
      }
    }

    @Test func aCheckpointOfLaterStepsThanTheRecordsIsNamed() async throws {
      try await with(["tiny.yaml": Self.recipe]) { folder in
        try #require(await Self.run(folder, "whole").code == 0)
        try #require(await Self.run(folder, "torn", at: "rl 1/2").code == 130)
        let run = folder.appendingPathComponent("torn/tiny")
        try Self.cut(run.appendingPathComponent("metrics.jsonl"), to: 4)
        let refused = await Self.run(folder, "torn")
        #expect(refused.code == 1)
        #expect(refused.error.contains("end at step 4 of it"), "\(refused.error)")
        let note = run.appendingPathComponent("checkpoints/cold.json")
        #expect(refused.error.contains("remove '\(note.path)'"), "\(refused.error)")
        try FileManager.default.removeItem(at: note)
        let resumed = await Self.run(folder, "torn")
        #expect(resumed.code == 0, "\(resumed.error)")
        for file in ["metrics.jsonl", "trace.jsonl", "checkpoints/rl/model.safetensors"] {
          #expect(
            FileManager.default.contents(atPath: "\(run.path)/\(file)")
              == FileManager.default.contents(atPath: "\(folder.path)/whole/tiny/\(file)"),
            "\(file)")
        }
      }
    }
  }
}

extension SignalTests {
  /// Runs that are interrupted, and whose files are damaged before they go on.
  @Suite struct DamageTests {
    private struct Files {
      let folder: URL
      var run: URL { folder.appendingPathComponent("runs/tiny") }

      func sousvide(pressingControlCAt text: String? = nil) async -> (code: Int32, error: String) {
        let recording = Recording()
        let console = text.map { recording.console(pressingControlCAt: $0) } ?? recording.console()
        let code = await Sousvide.tool.run(
          [
            "run", folder.path + "/tiny.yaml", "--runs", folder.path + "/runs", "--data",
            folder.path + "/data",
          ], on: console)
        return (code.rawValue, recording.error)
      }

      func digest(_ stage: String) throws -> Data {
        try Data(contentsOf: run.appendingPathComponent("checkpoints/\(stage)/model.safetensors"))
      }

      func states() throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
          at: run.appendingPathComponent("state"), includingPropertiesForKeys: nil
        ).filter { $0.pathExtension == "safetensors" }
      }

      /// Flips one bit in the middle of a file.
      func flip(_ url: URL) throws {
        var data = try Data(contentsOf: url)
        data[data.count / 2] ^= 1
        try data.write(to: url)
      }
    }

    private static func list(_ runs: URL) async -> (code: Int32, output: String, error: String) {
      await sousvide("runs", "--runs", runs.path)
    }

    private func withFiles(_ body: (Files) async throws -> Void) async throws {
      try await with(["tiny.yaml": RunCommandTests.recipe]) { try await body(Files(folder: $0)) }
    }

    @Test func aDamagedStateIsNamedAndNothingIsLost() async throws {
      try await withFiles { whole in
        #expect(await whole.sousvide().code == 0)
        for damage in ["flip", "cut", "remove"] {
          try await withFiles { files in
            #expect(await files.sousvide(pressingControlCAt: "cold 3/12").code == 130)
            let state = try #require(try files.states().first)
            switch damage {
            case "flip": try files.flip(state)
            case "cut": try Data(try Data(contentsOf: state).dropLast(9)).write(to: state)
            default: try FileManager.default.removeItem(at: state)
            }
            let resumed = await files.sousvide()
            #expect(resumed.code == 0, "\(resumed.error)")
            #expect(
              resumed.error.contains("'\(state.path)' is damaged") == (damage != "remove"),
              "\(resumed.error)")
            for stage in ["cold", "rl"] {
              #expect(try files.digest(stage) == whole.digest(stage), "\(damage)")
            }
            #expect(try files.states().isEmpty)
          }
        }
      }
    }

    @Test func aClockThatWasSetBackChangesNothing() async throws {
      try await withFiles { whole in
        #expect(await whole.sousvide().code == 0)
        try await withFiles { files in
          #expect(await files.sousvide(pressingControlCAt: "cold 7/12").code == 130)
          // To the run, today is a year before it was begun.
          let names = try FileManager.default.subpathsOfDirectory(atPath: files.run.path)
          for name in names {
            try FileManager.default.setAttributes(
              [.modificationDate: Date() + 365 * 86_400],
              ofItemAtPath: files.run.appendingPathComponent(name).path)
          }
          let listed = await Self.list(files.run.deletingLastPathComponent())
          #expect(listed.code == 0 && listed.output.contains("interrupted"), "\(listed)")
          let resumed = await files.sousvide()
          #expect(resumed.code == 0 && resumed.error.contains("going on"), "\(resumed.error)")
          for stage in ["cold", "rl"] {
            #expect(try files.digest(stage) == whole.digest(stage))
          }
          let summary = try String(
            contentsOf: files.run.appendingPathComponent("summary.json"), encoding: .utf8)
          #expect(!summary.contains(#""seconds" : -"#), "\(summary)")
        }
      }
    }

    @Test func aDamagedCheckpointIsNamedAndMadeAgain() async throws {
      try await withFiles { files in
        #expect(await files.sousvide(pressingControlCAt: "rl 1/2").code == 130)
        let good = try files.digest("cold")
        let weights = files.run.appendingPathComponent("checkpoints/cold/model.safetensors")
        try files.flip(weights)
        let refused = await files.sousvide()
        #expect(refused.code == 1)
        #expect(refused.error.contains("'\(weights.path)' is damaged"), "\(refused.error)")
        try FileManager.default.removeItem(at: weights.deletingLastPathComponent())
        let again = await files.sousvide()
        #expect(again.code == 0, "\(again.error)")
        #expect(try files.digest("cold") == good)

        // Another run does not take it over.
        try files.flip(weights)
        let other = await files.sousvide()
        #expect(other.code == 0, "\(other.error)")
        let made = files.folder.appendingPathComponent(
          "runs/tiny-2/checkpoints/cold/model.safetensors")
        #expect(try Data(contentsOf: made) == good)
      }
    }
  }
}
