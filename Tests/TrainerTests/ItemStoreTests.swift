import ClipWorld
import Foundation
import Models
import Testing
import TrainingGraph
import VideoInput

@testable import Trainer

/// Records with videos and pictures as prompts.
@Suite struct ItemStoreTests {
  private static let families = "families: [sign, key_frame]"

  private func items(
    _ id: NodeID, _ replacements: [(String, String)], in folder: URL
  ) throws -> (ItemStore, PromptFormat) {
    let graph = try TinyRun.graph(
      [
        ("split: foundation, clips: 8, seed: 1", "split: foundation, clips: 8, \(Self.families)"),
        ("split: train, clips: 6, seed: 2", "split: train, clips: 6, \(Self.families)"),
      ] + replacements)
    var sources = RunSources(graph: graph, services: try TinyRun(in: folder).services())
    let node = try #require(graph[id])
    let tokenizer = try #require(graph["tokenizer"])
    return (try sources.items(node), try sources.format(tokenizer))
  }

  @Test func picturesStandBehindTheImagePlaceholderAndVideosBehindTheirs() async throws {
    try await withFolder { folder in
      let (items, format) = try items("data/traces", [], in: folder)
      let prompts = try items.prompts([0, 1, 2], format)
      let image = try #require(format.specialTokens.imagePad)
      let video = try #require(format.specialTokens.videoPad)
      #expect(items.records.prefix(3).map(\.dataType) == ["image", "video", "image"])
      for (record, prompt) in zip(items.records, prompts) {
        let isImage = record.dataType == "image"
        let visual = try #require(prompt.visuals.first)
        #expect(visual.kind == (isImage ? .image : .video))
        // 56 x 56 pixels are four tokens; four frames are two steps of time, a picture is one.
        #expect(prompt.tokens.count { $0 == image } == (isImage ? 4 : 0))
        #expect(prompt.tokens.count { $0 == video } == (isImage ? 0 : 8))
      }
    }
  }

  @Test func anEvaluationSeesItsOwnFrames() async throws {
    try await withFolder { folder in
      let own = ("after: [cold, rl], max", "after: [cold, rl], video: {frames: 16}, max")
      let sampler = ("sampler: uniform", "sampler: adaptive")
      let (items, format) = try items(
        "data/questions/16-frames-3136-602112-px", [own, sampler], in: folder)
      let visuals = try items.prompts([0, 1], format).compactMap(\.visuals.first)
      #expect(visuals.map(\.temporal) == [1, 8])
      let (trained, _) = try self.items("data/questions", [own, sampler], in: folder)
      #expect(try trained.prompts([1], format).first?.visuals.first?.temporal == 2)
    }
  }

  @Test func aPictureThatShouldBeAVideoIsNamed() async throws {
    try await withFolder { folder in
      let (items, format) = try items("data/traces", [], in: folder)
      var records = items.records
      records[1].path = records[0].path
      let dataset = DatasetSpecification(
        name: "mixed", kind: "clipworld", settings: try TinyRun.checked().data[0],
        video: items.video)
      let media = folder.appendingPathComponent("worlds/traces")
      let mixed = try ItemStore(dataset, LoadedDataset(records: records, media: media))
      let error = try #require(throws: TrainerError.self) { try mixed.prompts([1], format) }
      #expect(error.description.contains(records[1].path) && error.description.contains("image"))
    }
  }

  /// The whole way: supervised, sampled and evaluated.
  @Test func aRunLearnsFromPicturesBesideVideos() async throws {
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      let graph = try TinyRun.graph([
        ("split: foundation, clips: 8, seed: 1", "split: foundation, clips: 8, \(Self.families)"),
        ("split: train, clips: 6, seed: 2", "split: train, clips: 6, \(Self.families)"),
        ("    curriculum: {column: objects, value: \"1\", steps: 2}\n", ""),
        ("steps: 40", "steps: 2"), ("      steps: 3\n", "      steps: 1\n"),
        ("after: [cold, rl], max", "after: [rl], video: {frames: 8}, max"),
      ])
      try await run.run(graph)
      #expect(run.recorder.finished.map(\.stage) == ["cold", "rl"])
    }
  }
}
