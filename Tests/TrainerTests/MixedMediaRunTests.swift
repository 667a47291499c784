import ClipWorld
import Foundation
import Rewards
import Testing
import TrainingGraph

@testable import Trainer

/// Runs over records of text alone, and over batches that mix them with pictures and videos.
@Suite struct MixedMediaRunTests {
  /// A world some of whose records have lost their media.
  private struct TextWorlds: DataSource {
    let worlds: Worlds
    /// Which records, by place, are text alone.
    let isText: @Sendable (Int) -> Bool

    func load(_ dataset: DatasetSpecification) throws -> LoadedDataset {
      var loaded = try worlds.load(dataset)
      for index in loaded.records.indices where isText(index) {
        loaded.records[index].dataType = DataRecord.text
        loaded.records[index].path = ""
      }
      return loaded
    }

    func blindAccuracy(_ records: [DataRecord]) -> Double? { nil }
  }

  private func run(
    microBatch: Int? = nil, _ isText: @escaping @Sendable (Int) -> Bool
  ) async throws -> Recorder {
    let micro = microBatch.map { "\n    micro_batch: \($0) tok" } ?? ""
    let graph = try TinyRun.graph([
      ("seed: 1}", "seed: 1, families: [direction, sign]}"),
      ("seed: 2}", "seed: 2, families: [sign, direction]}"),
      ("steps: 40", "steps: 4"), ("curriculum: {column: objects, value: \"1\", steps: 2}", ""),
      ("batch_size: 8", "batch_size: 8\(micro)"), ("group_size: 4", "group_size: 4\(micro)"),
    ])
    var recorder: Recorder?
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      var services = try run.services()
      services.data["clipworld"] = TextWorlds(
        worlds: Worlds(folder: folder.appendingPathComponent("worlds")), isText: isText)
      try await run.run(graph, threads: 2, services: services)
      recorder = run.recorder
    }
    return try #require(recorder)
  }

  /// Sums of floats differ in their last bits with the passes; the program without the tower must not add to that.
  private func expectClose(_ one: StepRecord, _ other: StepRecord) throws {
    for name in ["loss", "gradient_norm", "tokens"] {
      let (value, found) = (try #require(one.values[name]), try #require(other.values[name]))
      #expect(abs(found - value) <= 1e-4 * max(abs(value), 1e-3), "\(one.stage) \(name)")
    }
  }

  @Test func oneBatchHoldsTextPicturesAndVideos() async throws {
    let whole = try await run { $0 % 3 == 0 }
    // With at most one token per pass every prompt is a pass of its own: some with the tower, some without.
    let cut = try await run(microBatch: 1) { $0 % 3 == 0 }
    #expect(whole.steps.count == 4 + 3 && whole.evaluations.count == 2)
    #expect((cut.steps[0].values["micro_batches"] ?? 0) > 1)
    try expectClose(whole.steps[0], cut.steps[0])
    let paths = whole.rollouts.map(\.item.path)
    #expect(paths.contains("") && paths.contains { !$0.isEmpty })
  }

  @Test func aModelThatSeesIsTrainedOnTextAlone() async throws {
    let recorder = try await run { _ in true }
    #expect(recorder.steps.allSatisfy { $0.values["loss"]?.isFinite == true })
    #expect(recorder.finished.count == 2)
    #expect(recorder.evaluations.count == 2)
    #expect(recorder.rollouts.allSatisfy { $0.item.path.isEmpty })
  }

  @Test func mediaThatNothingSaysHowToLookAtAreNamed() async throws {
    try await withFolder { folder in
      let graph = try TinyRun.graph()
      guard case .dataset(let dataset)? = graph["data/traces"]?.operation else {
        Issue.record("no data")
        return
      }
      let worlds = Worlds(folder: folder.appendingPathComponent("worlds"))
      let items = try ItemStore("traces", worlds.load(dataset), nil)
      let format = try PromptFormat(
        TokenizerSpecification(
          source: .trained(vocabularySize: 320), addedTokens: [],
          prompt: PromptSpecification(system: nil, user: "{item.problem}", optionsSeparator: " ")),
        trainingTexts: ["what moves"])
      let error = #expect(throws: TrainerError.self) { try items.prompts([0], format) }
      #expect(error?.description.contains("nothing says how") == true)
      #expect(error?.description.contains(items.records[0].path) == true)
    }
  }
}
