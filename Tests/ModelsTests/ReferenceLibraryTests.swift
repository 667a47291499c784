import Foundation
import TestSupport
import Testing

@testable import Models

/// What we write, read by the reference libraries.
@Suite(.serialized, .enabled(if: Peers.isAvailable, Comment(rawValue: Peers.absence)))
struct ReferenceLibraryTests {
  private let texts: [String] = (0..<400).map { index in
    let colours = ["red", "blue", "green", "yellow"]
    let shapes = ["square", "circle", "triangle"]
    let colour = colours[index % 4]
    let shape = shapes[index / 4 % 3]
    return "<observation> \(colour) \(shape) from \(index % 5) to \(index % 7 + 5) moves left ; "
      + "na\u{EF}ve \u{4F60}\u{597D} don't </observation><answer> \(colour)</answer>\n\n"
  }

  @Test func theTokenizersLibraryAgreesWithATrainedTokenizer() throws {
    let trainer = try TokenizerTrainer(vocabularySize: 384, words: ["<answer>", "</answer>"])
    let hard = try TokenizerCases.load().cases.map(\.text)
    try withTemporaryDirectory { folder in
      let files = try trainer.train(on: texts)
      try files.write(to: folder)
      let tokenizer = try Tokenizer(files)
      let all = hard + texts
      let chat = [ChatMessage(.system, "Be brief."), ChatMessage(.user, "which <answer> ?")]
      let cases = JSONValue.object([
        .init("texts", .array(all.map { .string($0) })),
        .init("ids", .array(all.map { ids(tokenizer.encode($0)) })),
        .init("decoded", .array(all.map { .string(tokenizer.decode(tokenizer.encode($0))) })),
        .init(
          "chat",
          .array(
            [("system", "Be brief."), ("user", "which <answer> ?")].map { role, content in
              .object([.init("role", .string(role)), .init("content", .string(content))])
            })),
        .init(
          "chat_ids",
          ids(try ChatTemplate.encode(chat, addGenerationPrompt: true, with: tokenizer))),
      ])
      try compare(folder, cases)
    }
  }

  @Test func theTokenizersLibraryLearnsTheSameMerges() throws {
    let plain = texts + (try TokenizerCases.load().cases.map(\.text)).filter { !$0.contains("<") }
    for size in [384, 900] {
      try withTemporaryDirectory { folder in
        let files = try TokenizerTrainer(vocabularySize: size).train(on: plain)
        try files.write(to: folder)
        let empty = JSONValue.array([])
        try compare(
          folder,
          .object([
            .init("texts", empty), .init("ids", empty), .init("decoded", empty),
            .init("trained_on", .array(plain.map { .string($0) })),
          ]))
      }
    }
  }

  @Test func transformersLoadsATextCheckpointWeWrote() throws {
    try compareCheckpoint(
      "tiny-lm", reference: "lm_forward.safetensors",
      inputs: ["input_ids": "input_ids"], writer: SafetensorsWriter())
  }

  @Test func transformersLoadsAVisionCheckpointWeWroteInShards() throws {
    try compareCheckpoint(
      "tiny-vl", reference: "vl_one.safetensors",
      inputs: [
        "input_ids": "input_ids", "mm_token_type_ids": "mm_token_type_ids",
        "pixel_values_videos": "pixel_values_videos", "video_grid_thw": "video_grid_thw",
        "position_ids": "position_ids",
      ], writer: SafetensorsWriter(maximumShardBytes: 1_000_000))
  }

  @Test func theComparisonNoticesADifference() throws {
    try withTemporaryDirectory { parent in
      let folder = parent.appendingPathComponent("checkpoint")
      var tensors = try write("tiny-lm", to: folder, writer: SafetensorsWriter())
      let expected = try expectation(
        "lm_forward.safetensors", inputs: ["input_ids": "input_ids"], in: parent)
      tensors["model.norm.weight"] = StoredTensor([Float](repeating: 1, count: 128), shape: [128])
      let source = try CheckpointFiles(contentsOf: Fixtures.url("tiny-lm"))
      try CheckpointFiles.write(
        to: folder, configuration: source.configuration, tensors: tensors,
        tokenizer: TokenizerFiles(contentsOf: source.folder))
      let result = try Peers.run("check_checkpoint.py", [folder.path, expected.path])
      #expect(result.code == 1)
      #expect(result.output.contains("different: logits by"))
    }
  }

  private func ids(_ ids: [Int]) -> JSONValue { .array(ids.map { .integer($0) }) }

  private func compare(_ folder: URL, _ cases: JSONValue) throws {
    let url = folder.appendingPathComponent("cases.json")
    try Data(cases.text.utf8).write(to: url)
    let result = try Peers.run("check_tokenizer.py", [folder.path, url.path])
    #expect(result.code == 0, "\(result.output)")
  }

  private func compareCheckpoint(
    _ name: String, reference: String, inputs: [String: String], writer: SafetensorsWriter
  ) throws {
    try withTemporaryDirectory { parent in
      let folder = parent.appendingPathComponent("checkpoint")
      try write(name, to: folder, writer: writer)
      let expected = try expectation(reference, inputs: inputs, in: parent)
      let result = try Peers.run("check_checkpoint.py", [folder.path, expected.path])
      #expect(result.code == 0, "\(result.output)")
    }
  }

  /// Writes the fixture's model again with our writer and the flat configuration.
  @discardableResult
  private func write(
    _ name: String, to folder: URL, writer: SafetensorsWriter
  ) throws -> [String: StoredTensor] {
    let source = try CheckpointFiles(contentsOf: Fixtures.url(name))
    let tensors = try CheckpointFilesTests.tensors(of: source)
    try CheckpointFiles.write(
      to: folder, configuration: source.configuration, tensors: tensors,
      tokenizer: TokenizerFiles(contentsOf: source.folder), writer: writer)
    return tensors
  }

  /// The reference's inputs and logits, through our reader and writer. `inputs` maps names in
  /// transformers to names in the fixture.
  private func expectation(
    _ reference: String, inputs: [String: String], in folder: URL
  ) throws -> URL {
    let read = try Safetensors(contentsOf: Fixtures.url(reference))
    var tensors = [
      "logits": StoredTensor(try read.floats("logits"), shape: read.shape(of: "logits") ?? [])
    ]
    for (name, stored) in inputs {
      let entry = try #require(read.entry(stored))
      tensors[name] =
        entry.type.isFloatingPoint
        ? StoredTensor(try read.floats(stored), shape: entry.shape)
        : StoredTensor(try read.integers(stored), shape: entry.shape)
    }
    let url = folder.appendingPathComponent("expected.safetensors")
    try SafetensorsWriter().write(tensors, to: url)
    return url
  }
}
