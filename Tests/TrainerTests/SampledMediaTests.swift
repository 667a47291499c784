import ClipWorld
import Foundation
import Models
import Rewards
import Testing
import TrainingGraph
import VideoInput

@testable import Trainer

/// What judges and generators are shown of a record's media.
@Suite struct SampledMediaTests {
  private static let families = "families: [sign, direction]"

  /// Pictures beside videos: the first record is a picture.
  private func items(in folder: URL) throws -> (ItemStore, PromptFormat) {
    let graph = try TinyRun.graph([
      ("split: foundation, clips: 8, seed: 1", "split: foundation, clips: 8, \(Self.families)")
    ])
    var sources = RunSources(graph: graph, services: try TinyRun(in: folder).services())
    return (
      try sources.items(try #require(graph["data/traces"])),
      try sources.format(try #require(graph["tokenizer"]))
    )
  }

  @Test func theyAreTheFramesThatThePolicySees() async throws {
    try await withFolder { folder in
      let (items, format) = try items(in: folder)
      for (index, prompt) in try items.prompts([0, 1], format).enumerated() {
        let shown = try #require(items.media(index)).shown()
        let isImage = items.records[index].dataType == "image"
        #expect(shown.pictures.count == (isImage ? 1 : 4))
        #expect((shown.secondsPerPicture == nil) == isImage)
        let seconds = shown.pictures.map(\.seconds)
        #expect(isImage ? seconds == [nil] : seconds.first == 0)
        if !isImage {
          #expect(zip(seconds.dropFirst(), seconds).allSatisfy { ($0 ?? 0) > ($1 ?? 0) })
        }
        let visual = try #require(prompt.visuals.first)
        let frames = shown.pictures.map {
          Frame(width: $0.width, height: $0.height, rgb: $0.rgb)
        }
        let patches = try #require(items.video).processor.patches(
          frames, secondsPerFrame: shown.secondsPerPicture ?? 0,
          kind: isImage ? .image : .video)
        #expect(patches == visual)
      }
    }
  }

  @Test func equalPicturesHaveEqualDigestsWhereverTheyAre() async throws {
    try await withFolder { folder in
      let (items, _) = try items(in: folder)
      let media = (0..<4).compactMap { items.media($0) }
      let digests = try media.map { try $0.shown().digest }
      #expect(Set(digests).count == 4)
      #expect(Set(media.map(\.name)).count == 4)
      let other = folder.appendingPathComponent("moved")
      try FileManager.default.copyItem(
        at: folder.appendingPathComponent("worlds/traces"), to: other)
      let moved = try ItemStore(
        "moved", LoadedDataset(records: items.records, media: other), items.video)
      let again = (0..<4).compactMap { moved.media($0, isKept: false) }
      #expect(try again.map { try $0.shown().digest } == digests)
      #expect(again.map(\.name) == media.map(\.name))
      // Other frames of the same videos are another question.
      var video = try #require(items.video)
      video.frames = 6
      let more = try ItemStore("more", moved.loaded, video)
      #expect(try #require(more.media(1)).shown().digest != digests[1])
      #expect(try #require(more.media(0)).shown().digest == digests[0])
      #expect(more.media(1)?.name != media[1].name)
    }
  }

  @Test func aFileOfNoUseIsToldFromOneThatIsNotThere() async throws {
    try await withFolder { folder in
      let (items, _) = try items(in: folder)
      let video = try #require(items.media(1, isKept: false))
      let file = items.loaded.file(of: items.records[1])
      try Data("this is not a video\n".utf8).write(to: file)
      let broken = try #require(throws: MediaFailure.self) { try video.shown() }
      #expect(!broken.isMissing && broken.message.contains(file.lastPathComponent))
      try FileManager.default.removeItem(at: file)
      let gone = try #require(throws: MediaFailure.self) { try video.shown() }
      #expect(gone.isMissing && gone.message.contains(file.lastPathComponent))

      var records = items.records
      records[1].path = records[0].path
      let mixed = try ItemStore(
        "mixed", LoadedDataset(records: records, folders: items.loaded.folders), items.video)
      let other = try #require(throws: MediaFailure.self) {
        try #require(mixed.media(1)).shown()
      }
      #expect(!other.isMissing && other.message.contains("is an image"))
    }
  }

  @Test func aRecordOfTextAloneHasNone() async throws {
    try await withFolder { folder in
      let (items, _) = try items(in: folder)
      var records = items.records
      records[0].dataType = DataRecord.text
      let mixed = try ItemStore(
        "mixed", LoadedDataset(records: records, folders: items.loaded.folders), items.video)
      #expect(mixed.media(0) == nil && mixed.media(1) != nil)
      let blind = try ItemStore("blind", items.loaded, nil)
      #expect(blind.media(1) == nil)
    }
  }
}
