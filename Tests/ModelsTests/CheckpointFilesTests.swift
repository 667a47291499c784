import Foundation
import TestSupport
import Testing

@testable import Models

@Suite struct CheckpointFilesTests {
  /// All tensors of a checkpoint, to be written again.
  static func tensors(of checkpoint: CheckpointFiles) throws -> [String: StoredTensor] {
    var tensors: [String: StoredTensor] = [:]
    for parameter in checkpoint.configuration.parameterShapes {
      tensors[parameter.name] = StoredTensor(
        try checkpoint.weights.floats(parameter.name), shape: parameter.shape)
    }
    return tensors
  }

  private func write(
    _ name: String, to folder: URL, writer: SafetensorsWriter = SafetensorsWriter(),
    change: (inout [String: StoredTensor]) -> Void = { _ in }
  ) throws {
    let source = try CheckpointFiles(contentsOf: Fixtures.url(name))
    var tensors = try Self.tensors(of: source)
    change(&tensors)
    try CheckpointFiles.write(
      to: folder, configuration: source.configuration, tensors: tensors,
      tokenizer: TokenizerFiles(contentsOf: source.folder), writer: writer)
  }

  @Test func aDigestIsOfTheWeightsAndNotOfTheFilesThatHoldThem() throws {
    try withTemporaryDirectory { parent in
      func digest(
        _ name: String, _ writer: SafetensorsWriter = SafetensorsWriter(),
        _ change: (inout [String: StoredTensor]) -> Void = { _ in }
      ) throws -> String {
        let folder = parent.appendingPathComponent(name)
        try write("tiny-lm", to: folder, writer: writer, change: change)
        return try CheckpointFiles.contentDigest(of: folder)
      }
      let whole = try digest("whole")
      #expect(try digest("again") == whole)
      #expect(try digest("shards", SafetensorsWriter(maximumShardBytes: 20_000)) == whole)
      #expect(
        FileManager.default.fileExists(
          atPath: parent.path + "/shards/model.safetensors.index.json"))
      let other = try digest("other") { tensors in
        let name = "model.norm.weight"
        let count = tensors[name]?.shape.first ?? 0
        tensors[name] = StoredTensor([Float](repeating: 0.5, count: count), shape: [count])
      }
      #expect(other != whole)
    }
  }

  @Test(arguments: ["tiny-lm", "tiny-vl"])
  func readsBackWhatItWrites(name: String) throws {
    try withTemporaryDirectory { parent in
      let folder = parent.appendingPathComponent("checkpoint")
      try write(name, to: folder)
      let source = try CheckpointFiles(contentsOf: Fixtures.url(name))
      let written = try CheckpointFiles(contentsOf: folder)
      #expect(written.configuration == source.configuration)
      #expect(try Self.tensors(of: written) == Self.tensors(of: source))
      #expect(try written.tokenizer().encode("a b") == source.tokenizer().encode("a b"))
      let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      let expected = [
        "chat_template.jinja", "config.json", "generation_config.json", "model.safetensors",
        "preprocessor_config.json", "tokenizer.json", "tokenizer_config.json",
      ]
      #expect(files == expected.filter { name == "tiny-vl" || $0 != "preprocessor_config.json" })
      #expect(try FileManager.default.contentsOfDirectory(atPath: parent.path) == ["checkpoint"])
    }
  }

  @Test func replacesAnOlderCheckpointAsAWhole() throws {
    try withTemporaryDirectory { parent in
      let folder = parent.appendingPathComponent("checkpoint")
      try write("tiny-vl", to: folder, writer: SafetensorsWriter(maximumShardBytes: 2_000_000))
      #expect(try Safetensors(contentsOf: folder).names.count == 93)
      try write("tiny-lm", to: folder)
      let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      #expect(!files.contains { $0.contains("-of-") || $0.hasPrefix("preprocessor") })
      #expect(try CheckpointFiles(contentsOf: folder).configuration.vision == nil)
      #expect(try FileManager.default.contentsOfDirectory(atPath: parent.path) == ["checkpoint"])
    }
  }

  @Test func leavesTheOldCheckpointWhenTheDiskIsFull() throws {
    try withTemporaryDirectory { parent in
      let folder = parent.appendingPathComponent("checkpoint")
      try write("tiny-lm", to: folder)
      let before = try Digest.sha256(
        contentsOf: folder.appendingPathComponent("model.safetensors"))
      var writer = SafetensorsWriter()
      writer.create = fullDevice
      let error = #expect(throws: ModelError.self) {
        try write("tiny-vl", to: folder, writer: writer)
      }
      #expect(error?.description.hasSuffix("cannot write: No space left on device") == true)
      #expect(
        try Digest.sha256(contentsOf: folder.appendingPathComponent("model.safetensors"))
          == before)
      #expect(try CheckpointFiles(contentsOf: folder).configuration.vision == nil)
      #expect(try FileManager.default.contentsOfDirectory(atPath: parent.path) == ["checkpoint"])
    }
  }

  @Test func refusesToWriteTensorsOfAnotherModel() throws {
    try withTemporaryDirectory { parent in
      let folder = parent.appendingPathComponent("checkpoint")
      func message(_ change: (inout [String: StoredTensor]) -> Void) -> String {
        let error = #expect(throws: ModelError.self) {
          try write("tiny-lm", to: folder, change: change)
        }
        return error?.description.replacing(folder.path + ": ", with: "") ?? ""
      }
      #expect(
        message { $0["model.norm.weight"] = nil }
          == "tensor model.norm.weight: is missing; the configuration demands [128]")
      #expect(
        message { $0["model.norm.weight"] = StoredTensor([1.0], shape: [1]) }
          == "tensor model.norm.weight: has the shape [1]; the configuration demands [128]")
      #expect(
        message { $0["extra"] = StoredTensor([1.0], shape: [1]) }
          == "tensor extra: belongs to no model of this configuration")
      #expect(!FileManager.default.fileExists(atPath: folder.path))
    }
  }

  @Test func namesTheTensorThatContradictsTheConfiguration() throws {
    try withTemporaryDirectory { parent in
      let folder = parent.appendingPathComponent("checkpoint")
      try write("tiny-lm", to: folder)
      let file = folder.appendingPathComponent("config.json")
      let original = try String(contentsOf: file, encoding: .utf8)
      func message(_ old: String, _ new: String) throws -> String {
        let changed = original.replacing(old, with: new)
        #expect(changed != original)
        try Data(changed.utf8).write(to: file)
        let error = #expect(throws: ModelError.self) { try CheckpointFiles(contentsOf: folder) }
        return error?.description.replacing(folder.path, with: "") ?? ""
      }
      #expect(
        try message("\"intermediate_size\": 352", "\"intermediate_size\": 353")
          == "/model.safetensors: tensor model.layers.0.mlp.gate_proj.weight: has the shape "
          + "[352, 128]; config.json demands [353, 128]")
      #expect(
        try message("\"num_hidden_layers\": 3", "\"num_hidden_layers\": 4")
          == ": tensor model.layers.3.input_layernorm.weight: is missing; config.json demands it "
          + "with the shape [128]")
      #expect(
        try message("\"num_hidden_layers\": 3", "\"num_hidden_layers\": 2")
          == "/model.safetensors: tensor model.layers.2.input_layernorm.weight: belongs to no "
          + "model that config.json describes")
      #expect(
        try message("\"tie_word_embeddings\": true", "\"tie_word_embeddings\": false")
          == ": tensor lm_head.weight: is missing; config.json demands it with the shape "
          + "[1024, 128]")
    }
  }

  @Test func refusesATokenizerLargerThanTheModelsVocabulary() throws {
    let source = try CheckpointFiles(contentsOf: Fixtures.url("tiny-lm"))
    var text = source.configuration.text
    text.vocabularySize = 1000
    let configuration = try QwenConfiguration(text: text, vision: nil, tokens: SpecialTokens())
    var tensors = try Self.tensors(of: source)
    tensors["model.embed_tokens.weight"] = StoredTensor(
      [Float](repeating: 0, count: 128_000), shape: [1000, 128])
    try withTemporaryDirectory { parent in
      let folder = parent.appendingPathComponent("checkpoint")
      try CheckpointFiles.write(
        to: folder, configuration: configuration, tensors: tensors,
        tokenizer: TokenizerFiles(contentsOf: source.folder))
      let error = #expect(throws: ModelError.self) {
        try CheckpointFiles(contentsOf: folder).tokenizer()
      }
      #expect(
        error?.description.hasSuffix(
          "tokenizer.json: model.vocab: 1024 tokens; config.json's vocab_size is 1000") == true)
    }
  }

  @Test func saysWhichFileIsMissing() throws {
    try withTemporaryDirectory { folder in
      let error = #expect(throws: ModelError.self) { try CheckpointFiles(contentsOf: folder) }
      #expect(
        error?.description == "\(folder.path)/config.json: cannot read: No such file or directory")
    }
  }
}
