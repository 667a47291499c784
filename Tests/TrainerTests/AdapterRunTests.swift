import ClipWorld
import Foundation
import Models
import TensorEngine
import Testing
import TrainingGraph

@testable import Trainer

/// Stages that train an adapter in place of the weights.
@Suite struct AdapterRunTests {
  private static let adapter = "adapter: {rank: 4, alpha: 8, targets: [\"*_proj\", \"visual.*\"]}"

  /// The tiny run, whose policy stage has an adapter, and its first stage one too if asked.
  private func graph(everywhere: Bool = false) throws -> TrainingGraph {
    let stage = "learning_rate: 1.0e-3"
    let first = "learning_rate: 1.0e-2"
    return try TinyRun.graph(
      [(stage, "\(stage)\n    \(Self.adapter)")]
        + (everywhere ? [(first, "\(first)\n    \(Self.adapter)")] : []))
  }

  private func folder(_ run: TinyRun, _ stage: String) throws -> URL {
    let finished = try #require(run.recorder.finished.first { $0.stage == stage })
    return URL(fileURLWithPath: finished.checkpoint)
  }

  @Test func samplesAndTrainsTheAdaptedPolicyAgainstItsOwnBase() async throws {
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      try await run.run(graph())
      let steps = run.recorder.steps.filter { $0.stage == "rl" }
      #expect(steps.count == 3)
      // The sampler's log-probabilities are the trainer's, and an untrained adapter changes nothing.
      #expect(steps.allSatisfy { $0.values["clip_share"] == 0 })
      #expect(steps[0].values["kl"] == 0)
      #expect(steps.contains { $0.values["kl"] ?? 0 > 0 })
      #expect(run.recorder.evaluations.map(\.stage) == ["cold", "rl"])
    }
  }

  @Test func onlyAdaptedLayersChangeAndTheCheckpointIsMerged() async throws {
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      try await run.run(graph())
      let device = try CPUDevice(threads: 2)
      let base = try PolicyModel.load(from: self.folder(run, "cold"), device: device)
      let saved = try PolicyModel.load(from: self.folder(run, "rl"), device: device)
      let adapted = try base.adapted(
        from: self.folder(run, "rl").appendingPathComponent(AdapterFiles.folderName))
      let merged = try adapted.merged()
      let layers = try #require(adapted.adapter).layers.map { $0.name + ".weight" }
      for name in base.parameters.names {
        let (before, after) = (try base.parameters.get(name), try saved.parameters.get(name))
        #expect((before != after) == layers.contains(name), "\(name)")
        #expect(try merged.parameters.get(name) == after, "\(name)")
      }
      #expect(
        !FileManager.default.fileExists(
          atPath: try self.folder(run, "cold").appendingPathComponent(AdapterFiles.folderName).path)
      )
    }
  }

  @Test(arguments: [5, 44])
  func aRunThatIsStoppedGoesOnAsIfItNeverWas(events: Int) async throws {
    try await expectExactResumption(of: graph(everywhere: true), after: events) { stages in
      let newest = try #require(StageStates(stages.stateFolder).files.first)
      let state = try Safetensors(contentsOf: newest)
      #expect(state.names.contains { $0.hasSuffix("q_proj.lora_B.weight") })
      #expect(
        state.names.allSatisfy { $0.contains(".lora_") || $0 == "optimizer.step_count" })
    }
  }

  @Test func aTargetThatTheModelDoesNotHaveIsNamed() async throws {
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      var graph = try graph()
      try graph.edit("rl/adapter") { operation in
        guard case .adapter(var adapter) = operation else { return }
        adapter.settings.targets = [LayerPattern("query")]
        operation = .adapter(adapter)
      }
      let error = await #expect(throws: AdapterError.self) { try await run.run(graph) }
      #expect("\(try #require(error))".hasPrefix("the adapter's target `query` names no linear"))
    }
  }
}
