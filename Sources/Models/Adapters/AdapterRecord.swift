import Foundation

/// `adapter_config.json` of the `peft` library, as far as it decides what a LoRA adapter computes.
struct AdapterRecord {
  let rank: Int
  let alpha: Double
  /// The modules that should be adapted; nil where the file gives a rule instead of names.
  private let modules: [String]?

  init(contentsOf url: URL) throws {
    let record = try JSONNode(contentsOf: url)
    let type = try record.required("peft_type")
    guard try type.string().uppercased() == "LORA" else {
      throw type.unsupported("only LORA adapters are read")
    }
    rank = try record.required("r").integer(in: 1...(1 << 20))
    let alphaNode = try record.required("lora_alpha")
    alpha = try alphaNode.number()
    guard alpha > 0 else { throw alphaNode.failure("\(alpha) is not above 0") }
    for key in ["use_rslora", "use_dora", "fan_in_fan_out", "lora_bias", "use_qalora"] {
      if let node = record[key], try node.boolean() {
        throw node.unsupported("adapters are read with `\(key)` false")
      }
    }
    if let bias = record["bias"], try bias.string() != "none" {
      throw bias.unsupported("adapters are read with `bias` none")
    }
    for key in ["rank_pattern", "alpha_pattern", "modules_to_save", "trainable_token_indices"] {
      guard let node = record[key], node.value != .object([]), node.value != .array([]) else {
        continue
      }
      throw node.unsupported("all layers of an adapter have one rank and one alpha")
    }
    modules = try Self.modules(record)
  }

  private static func modules(_ record: JSONNode) throws -> [String]? {
    let narrowing = ["layers_to_transform", "layers_pattern", "exclude_modules"]
    guard narrowing.allSatisfy({ record[$0] == nil }), let targets = record["target_modules"],
      case .array = targets.value
    else { return nil }
    return try targets.elements().map { try $0.string() }
  }

  /// Whether the file's list of modules names a layer: by its module's whole name or end, as `peft`
  /// compares them.
  func targets(_ module: String, known checkpointName: String) -> Bool {
    modules?.contains {
      module == $0 || module.hasSuffix(".\($0)") || checkpointName == $0
    } ?? false
  }

  static func json(_ adapter: Adapter, targets: [String]) -> JSONValue {
    .object([
      .init("alpha_pattern", .object([])),
      .init("auto_mapping", .null),
      .init("base_model_name_or_path", .null),
      .init("bias", .string("none")),
      .init("fan_in_fan_out", .boolean(false)),
      .init("inference_mode", .boolean(true)),
      .init("init_lora_weights", .boolean(true)),
      .init(
        "lora_alpha", Int(exactly: adapter.alpha).map { .integer($0) } ?? .number(adapter.alpha)),
      .init("lora_dropout", .number(0)),
      .init("modules_to_save", .null),
      .init("peft_type", .string("LORA")),
      .init("r", .integer(adapter.rank)),
      .init("rank_pattern", .object([])),
      .init("target_modules", .array(targets.map { .string($0) })),
      .init("task_type", .string("CAUSAL_LM")),
      .init("use_dora", .boolean(false)),
      .init("use_rslora", .boolean(false)),
    ])
  }
}
