import Foundation
import Models
import TensorEngine
import Testing
import TrainingGraph

@testable import Trainer

/// Stages whose frozen weights are kept as bfloat16.
@Suite struct FrozenWeightsRunTests {
  private static let bf16 = ("from: scratch", "from: scratch\n  frozen_weights: bf16")

  private func graph(adapted: Bool) throws -> TrainingGraph {
    let stage = "learning_rate: 1.0e-3"
    let adapter = "adapter: {rank: 4, alpha: 8, targets: [\"*_proj\", \"visual.*\"]}"
    return try TinyRun.graph([Self.bf16] + (adapted ? [(stage, "\(stage)\n    \(adapter)")] : []))
  }

  private func load(_ run: TinyRun, _ stage: String) throws -> PolicyModel {
    let finished = try #require(run.recorder.finished.first { $0.stage == stage })
    return try PolicyModel.load(
      from: URL(fileURLWithPath: finished.checkpoint), device: CPUDevice(threads: 2))
  }

  @Test func anAdaptersReferenceIsItsOwnBase() async throws {
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      try await run.run(graph(adapted: true))
      let steps = run.recorder.steps.filter { $0.stage == "rl" }
      #expect(steps.count == 3)
      #expect(steps.allSatisfy { $0.values["clip_share"] == 0 })
      #expect(steps[0].values["kl"] == 0)
      #expect(steps.contains { $0.values["kl"] ?? 0 > 0 })
      // What is saved is the sum of the rounded weights and the adapter.
      let base = try load(run, "cold").keeping(.bfloat16)
      let saved = try load(run, "rl")
      let checkpoint = try #require(run.recorder.finished.first { $0.stage == "rl" }).checkpoint
      let merged = try base.adapted(
        from: URL(fileURLWithPath: checkpoint).appendingPathComponent(AdapterFiles.folderName)
      ).merged()
      for name in saved.parameters.names {
        #expect(try saved.parameters.get(name) == merged.parameters.get(name), "\(name)")
      }
    }
  }

  @Test func trainedWeightsAreNotRounded() async throws {
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      try await run.run(graph(adapted: false))
      let steps = run.recorder.steps.filter { $0.stage == "rl" }
      // Sampler and trainer agree to the bit, and the reference is nearly, not quite, the start.
      #expect(steps.allSatisfy { $0.values["clip_share"] == 0 })
      let divergence = try #require(steps[0].values["kl"])
      #expect(divergence > 0 && divergence < 0.01)
      let policy = try load(run, "rl")
      let name = "model.layers.0.mlp.up_proj.weight"
      let weight = try policy.parameters.get(name)
      #expect(weight != weight.converted(to: .bfloat16).converted(to: .float32))
      #expect(run.recorder.evaluations.map(\.stage) == ["cold", "rl"])
    }
  }

  @Test(
    .enabled(
      if: !Processor.current.pairKernels.isEmpty, "this processor has neither AMX nor AVX-512 BF16")
  )
  func nativeProductsAgreeBetweenSamplerAndTrainer() async throws {
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      let graph = try TinyRun.graph([
        Self.bf16, ("seed: 3}", "seed: 3, bf16_products: native}"),
        (
          "learning_rate: 1.0e-3",
          "learning_rate: 1.0e-3\n    adapter: {rank: 4, alpha: 8, targets: [\"*_proj\"]}"
        ),
      ])
      let trainer = try Trainer(
        graph, services: run.services(), settings: ExecutionSettings(threads: 2))
      let name = try Processor.current.requirePairKernels().name
      #expect(trainer.deviceName.hasSuffix(name))
      try await trainer.run()
      let steps = run.recorder.steps.filter { $0.stage == "rl" }
      #expect(steps.count == 3)
      #expect(steps.allSatisfy { $0.values["clip_share"] == 0 })
      #expect(steps[0].values["kl"] == 0)
    }
  }

  /// A stage that starts from weights that nothing else needs trains them in place.
  @Test func aReferenceInFullPrecisionIsNotTrainedAlong() async throws {
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      try await run.run(TinyRun.graph())
      let divergences = run.recorder.steps.filter { $0.stage == "rl" }.map { $0.values["kl"] ?? 0 }
      #expect(divergences.first == 0)
      #expect(divergences.dropFirst().allSatisfy { $0 > 0 })
    }
  }
}
