import Foundation
import TensorEngine
import TestSupport
import Testing

@testable import Models

@Suite("Adapter files")
struct AdapterFilesTests {
  private static let weights = "adapter_model.safetensors"
  private static let record = "adapter_config.json"
  private static let query = "base_model.model.model.layers.0.self_attn.q_proj"

  private func device() throws -> CPUDevice { try CPUDevice(threads: 1) }

  /// Every A and B by its stored name.
  private func tensors(in folder: URL) throws -> [String: StoredTensor] {
    let file = try Safetensors(contentsOf: folder.appendingPathComponent(Self.weights))
    return try file.names.reduce(into: [:]) {
      $0[$1] = StoredTensor(try file.floats($1), shape: file.shape(of: $1) ?? [])
    }
  }

  /// Why a saved adapter cannot be read after a change of its tensors, or of text in its settings.
  private func refusal(
    of name: String = "tiny-lm", for other: String? = nil,
    replacing text: (String, String)? = nil,
    _ change: (inout [String: StoredTensor]) -> Void = { _ in }
  ) throws -> String {
    let model = try AdaptedModels.trained(name, device: device())
    return try withTemporaryDirectory { parent in
      let folder = parent.appendingPathComponent("adapter")
      try model.saveAdapter(to: folder)
      var all = try tensors(in: folder)
      change(&all)
      try SafetensorsWriter().write(all, to: folder.appendingPathComponent(Self.weights))
      if let (old, new) = text {
        let url = folder.appendingPathComponent(Self.record)
        let changed = try String(contentsOf: url, encoding: .utf8).replacing(old, with: new)
        try Data(changed.utf8).write(to: url)
      }
      let base = try AdaptedModels.base(other ?? name, device: device())
      let error = #expect(throws: (any Error).self) { try base.adapted(from: folder) }
      return error.map { "\($0)".replacing(folder.path + "/", with: "") } ?? ""
    }
  }

  @Test("an adapter is the same after writing and reading", arguments: ["tiny-lm", "tiny-vl"])
  func roundTrip(name: String) throws {
    let settings = AdapterSettings(rank: 3, alpha: 4.5, targets: [LayerPattern("*")])
    let model = try AdaptedModels.trained(name, settings: settings, device: device())
    try withTemporaryDirectory { parent in
      let folder = parent.appendingPathComponent("adapter")
      try model.saveAdapter(to: folder)
      let read = try AdaptedModels.base(name, device: device()).adapted(from: folder)
      #expect(read.adapter == model.adapter)
      for parameter in model.trainedParameters {
        #expect(
          try read.parameters.get(parameter.name) == model.parameters.get(parameter.name))
      }
      let batch = try AdaptedModels.batch(model)
      #expect(try read.logProbabilities(batch) == model.logProbabilities(batch))
    }
  }

  @Test("has the names and shapes of the peft library's files")
  func layout() throws {
    try withTemporaryDirectory { parent in
      let folder = parent.appendingPathComponent("adapter")
      try AdaptedModels.trained("tiny-lm", device: device()).saveAdapter(to: folder)
      let stored = try tensors(in: folder)
      #expect(stored[Self.query + ".lora_A.weight"]?.shape == [4, 128])
      #expect(stored[Self.query + ".lora_B.weight"]?.shape == [128, 4])
      let record = try JSONNode(contentsOf: folder.appendingPathComponent(Self.record))
      #expect(try record.required("r").integer(in: 1...9) == 4)
      #expect(try record.required("lora_alpha").number() == 6)
      #expect(try record.required("peft_type").string() == "LORA")
      let modules = try record.required("target_modules").elements().map { try $0.string() }
      #expect(modules.first == "model.layers.0.self_attn.q_proj")
      #expect(modules.count * 2 == stored.count)

      let visual = parent.appendingPathComponent("visual")
      let settings = AdapterSettings(
        rank: 2, alpha: 2, targets: ["q_proj", "qkv"].map(LayerPattern.init))
      try AdaptedModels.trained("tiny-vl", settings: settings, device: device())
        .saveAdapter(to: visual)
      let names = try tensors(in: visual).keys
      #expect(
        names.contains(
          "base_model.model.model.language_model.layers.0.self_attn.q_proj.lora_A.weight"))
      #expect(names.contains("base_model.model.model.visual.blocks.0.attn.qkv.lora_B.weight"))
    }
  }

  @Test("an adapter made for the older module names is read too")
  func olderNames() throws {
    let model = try AdaptedModels.trained("tiny-vl", device: device())
    try withTemporaryDirectory { parent in
      let folder = parent.appendingPathComponent("adapter")
      try model.saveAdapter(to: folder)
      let older = try tensors(in: folder).reduce(into: [String: StoredTensor]()) {
        $0[$1.key.replacing("model.language_model.", with: "model.")] = $1.value
      }
      try SafetensorsWriter().write(older, to: folder.appendingPathComponent(Self.weights))
      let read = try AdaptedModels.base("tiny-vl", device: device()).adapted(from: folder)
      let batch = try AdaptedModels.batch(model)
      #expect(try read.logProbabilities(batch) == model.logProbabilities(batch))
    }
  }

  @Test("a saved model is the merged one, with the adapter alone beside it")
  func savedModel() throws {
    let model = try AdaptedModels.trained("tiny-lm", device: device())
    try withTemporaryDirectory { parent in
      let folder = parent.appendingPathComponent("model")
      let saved = try model.save(
        to: folder, tokenizer: TokenizerFiles(contentsOf: Fixtures.url("tiny-lm")))
      let read = try PolicyModel.load(from: folder, device: model.device)
      let batch = try AdaptedModels.batch(model)
      #expect(try read.logProbabilities(batch) == saved.logProbabilities(batch))
      #expect(
        try largestDifference(read.logProbabilities(batch), model.logProbabilities(batch)) < 1e-5)
      let again = try AdaptedModels.base("tiny-lm", device: model.device)
        .adapted(from: folder.appendingPathComponent(AdapterFiles.folderName))
      #expect(try again.logProbabilities(batch) == model.logProbabilities(batch))
    }
  }

  @Test("without an adapter there is none to save")
  func nothingToSave() throws {
    try withTemporaryDirectory { parent in
      let model = try AdaptedModels.base("tiny-lm", device: device())
      #expect(throws: ModelError.invalid("the model has no adapter to save")) {
        try model.saveAdapter(to: parent.appendingPathComponent("adapter"))
      }
    }
  }

  @Test("names the tensor that does not fit")
  func badTensors() throws {
    let (down, up) = (Self.query + ".lora_A.weight", Self.query + ".lora_B.weight")
    #expect(
      try refusal { $0[up] = nil } == "\(Self.weights): tensor \(up): is missing")
    #expect(
      try refusal {
        $0[up] = nil
        $0[down] = nil
      } == "\(Self.weights): tensor \(down): is missing")
    #expect(
      try refusal(replacing: ("\"r\": 4", "\"r\": 8"))
        == "\(Self.weights): tensor base_model.model.model.layers.0.mlp.down_proj.lora_A.weight: has "
        + "the shape [4, 352]; rank 8 and the model demand [8, 352]")
    #expect(
      try refusal { $0[down] = StoredTensor([Float](repeating: 0, count: 256), shape: [4, 64]) }
        == "\(Self.weights): tensor \(down): has the shape [4, 64]; rank 4 and the model demand "
        + "[4, 128]")
    #expect(
      try refusal(of: "tiny-vl", for: "tiny-lm").hasSuffix(
        "base_model.model.model.language_model.layers.0.mlp.down_proj.lora_A.weight: belongs to no "
          + "linear layer of the model"))
    for bad in [Float.nan, .infinity] {
      let reason = try refusal {
        var values = [Float](repeating: 1, count: 512)
        values[7] = bad
        $0[up] = StoredTensor(values, shape: [128, 4])
      }
      #expect(
        reason
          == "\(Self.weights): tensor \(up): holds \(bad) at position 7; an adapter is of finite "
          + "numbers")
    }
    #expect(
      try refusal { $0["lm_head.lora_A.weight"] = $0[down] }
        == "\(Self.weights): tensor lm_head.lora_A.weight: does not begin with `base_model.model.`")
    #expect(
      try refusal { $0[Self.query + ".lora_C.weight"] = $0[down] }
        == "\(Self.weights): tensor \(Self.query).lora_C.weight: is neither `….lora_A.weight` nor "
        + "`….lora_B.weight`")
    #expect(
      try refusal(replacing: ("\"q_proj\"", "\"\"")) { $0 = [:] }
        .hasSuffix("is missing"))
  }

  @Test(
    "names the setting that is wrong, or that changes the computation",
    arguments: [
      ("\"r\": 4", "\"r\": 0", "r: 0 is outside"),
      ("\"r\": 4,", "", "r: is missing"),
      ("\"lora_alpha\": 6", "\"lora_alpha\": -1", "lora_alpha: -1.0 is not above 0"),
      ("\"LORA\"", "\"IA3\"", "peft_type: not supported"),
      ("\"use_rslora\": false", "\"use_rslora\": true", "use_rslora: not supported"),
      ("\"use_dora\": false", "\"use_dora\": true", "use_dora: not supported"),
      ("\"fan_in_fan_out\": false", "\"fan_in_fan_out\": true", "fan_in_fan_out: not supported"),
      ("\"bias\": \"none\"", "\"bias\": \"all\"", "bias: not supported"),
      ("\"modules_to_save\": null", "\"modules_to_save\": [\"lm_head\"]", "modules_to_save: not"),
      ("\"rank_pattern\": {}", "\"rank_pattern\": {\"q_proj\": 2}", "rank_pattern: not supported"),
    ])
  func badSettings(old: String, new: String, reason: String) throws {
    let found = try refusal(replacing: (old, new))
    #expect(found.hasPrefix("\(Self.record): \(reason)"), "\(found)")
  }
}
