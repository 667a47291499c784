/// The recipe's schema as JSON Schema (draft-07), for editors: what it rejects the compiler rejects
/// too, but the compiler sees much more.
///
/// Records whose keys depend on a word are told apart by `if` and `then`, so that an editor can say
/// what is wrong with the kind that was written, and not that none of all kinds fits.
public enum RecipeJSONSchema {
  public static func text(_ vocabulary: Vocabulary) -> String {
    let fields = RecipeSchema.fields(vocabulary)
    var writer = SchemaWriter()
    var root = writer.record(fields)
    root["$schema"] = "http://json-schema.org/draft-07/schema#"
    root["title"] = "Sousvide recipe"
    root["description"] = "A reinforcement fine-tuning recipe, checked and run by `sousvide`."
    // A recipe that extends another inherits what it does not write.
    if let required = RequiredKeys.of(fields) {
      root["if"] = ["not": ["required": ["extends"]]]
      root["then"] = required
    }
    root["definitions"] = .object(writer.definitions)
    return JSONTree.object(root).text
  }
}

/// Writes types as schemas, and kinds as definitions that are shared.
struct SchemaWriter {
  private(set) var definitions: [String: JSONTree] = [:]
  /// The section of the recipe that is being written: kinds of one name differ between sections.
  private var section: String?

  /// Keys that begin with `x-` hold anything.
  private static let free: JSONTree = ["^x-": [:]]

  mutating func record(_ fields: [FieldSchema]) -> [String: JSONTree] {
    [
      "type": "object", "properties": .object(properties(fields)),
      "patternProperties": Self.free, "additionalProperties": false,
    ]
  }

  private mutating func properties(_ fields: [FieldSchema]) -> [String: JSONTree] {
    var properties: [String: JSONTree] = [:]
    for field in fields {
      let outer = section
      if section == nil { section = field.name }
      properties[field.name] = property(field)
      section = outer
    }
    return properties
  }

  private mutating func property(_ field: FieldSchema) -> JSONTree {
    var schema = schema(field.type)
    schema["description"] = .string(field.summary)
    schema["markdownDescription"] = .string(Self.markdown(field))
    if case .defaulted(let text) = field.presence, let value = Self.value(text, field.type) {
      schema["default"] = value
    }
    return .object(schema)
  }

  private static func markdown(_ field: FieldSchema) -> String {
    var lines = [field.summary, "Takes \(field.type.phrase)."]
    switch field.presence {
    case .required: lines.append("Required.")
    case .optional: break
    case .defaulted("{}"): break
    case .defaulted(let text): lines.append("Default: `\(text)`.")
    }
    if field.effect != .result { lines.append("Affects \(field.effect.rawValue) only.") }
    return lines.joined(separator: "\n\n")
  }

  mutating func schema(_ type: ValueType) -> [String: JSONTree] {
    switch type {
    case .list(let item, let count):
      var schema: [String: JSONTree] = [
        "type": "array", "items": .object(self.schema(item)),
        "maxItems": .integer(count.upperBound),
      ]
      if count.lowerBound > 0 { schema["minItems"] = .integer(count.lowerBound) }
      return schema
    case .map(let element), .processMap(let element):
      return [
        "type": "object", "additionalProperties": false,
        "patternProperties": [
          "^x-": [:], "^[A-Za-z_][A-Za-z0-9_]*$": .object(schema(element)),
        ],
      ]
    case .record(let fields): return record(fields)
    case .kind(let discriminator, let common, let kinds):
      return kind(discriminator, common, kinds)
    case .schedule: return schedule()
    case .optional(let inner): return withNone(schema(inner))
    default: return ScalarSchema.of(type)
    }
  }

  /// The common keys for all, and for each kind the whole of its record.
  private mutating func kind(
    _ discriminator: String, _ common: [FieldSchema], _ kinds: [KindSchema]
  ) -> [String: JSONTree] {
    var known = properties(common)
    known[discriminator] = .object(Self.choice(of: kinds))
    let branches = kinds.map { kind -> JSONTree in
      let name = "\(section ?? discriminator).\(kind.name)"
      if definitions[name] == nil {
        // Reserves the name while its own fields are written.
        definitions[name] = [:]
        var whole = record(common + kind.fields)
        whole["description"] = .string(kind.summary)
        if case .object(var properties)? = whole["properties"] {
          properties[discriminator] = .object(Self.choice(of: kinds))
          whole["properties"] = .object(properties)
        }
        definitions[name] = .object(whole)
      }
      return [
        "if": [
          "properties": .object([discriminator: ["const": .string(kind.name)]]),
          "required": [.string(discriminator)],
        ],
        "then": ["$ref": .string("#/definitions/\(Self.escaped(name))")],
      ]
    }
    return ["type": "object", "properties": .object(known), "allOf": .array(branches)]
  }

  private static func choice(of kinds: [KindSchema]) -> [String: JSONTree] {
    let lines = kinds.map { "* `\($0.name)`: \($0.summary)" }
    return [
      "enum": .array(kinds.map { .string($0.name) }), "description": "what it is",
      "markdownDescription": .string((["what it is", ""] + lines).joined(separator: "\n")),
    ]
  }

  /// A number, the name of a schedule, or one written out: a record of a single key.
  private mutating func schedule() -> [String: JSONTree] {
    if definitions["schedule"] == nil {
      definitions["schedule"] = [:]
      var forms: [String: JSONTree] = [:]
      for form in RecipeSchema.scheduleForms { forms[form.name] = .object(record(form.fields)) }
      definitions["schedule"] = [
        "type": ["number", "string", "object"],
        "pattern": .string("^schedules\\.[A-Za-z_][A-Za-z0-9_]*$|\(ScalarSchema.hole)"),
        "properties": .object(forms), "additionalProperties": false, "minProperties": 1,
        "maxProperties": 1,
      ]
    }
    // Beside `$ref` nothing else would count.
    return ["allOf": [["$ref": "#/definitions/schedule"]]]
  }

  /// The same, or the word `none`.
  private func withNone(_ schema: [String: JSONTree]) -> [String: JSONTree] {
    var schema = schema
    guard schema["enum"] == nil, schema["anyOf"] == nil, schema["allOf"] == nil else {
      return ["anyOf": [["const": "none"], .object(schema)]]
    }
    switch schema["type"] {
    case .string("string"): break
    case .string(let type): schema["type"] = .array([.string(type), "string"])
    default: break
    }
    if case .string(let pattern)? = schema["pattern"] {
      schema["pattern"] = .string("^none$|\(pattern)")
    } else if schema["type"] != "string" {
      schema["pattern"] = .string("^none$|\(ScalarSchema.hole)")
    }
    return schema
  }

  /// A default as JSON; nil for one that depends on the record's name, and for records.
  private static func value(_ text: String, _ type: ValueType) -> JSONTree? {
    guard text != "{}", !text.contains("${") else { return nil }
    let origin = SourceSpan.beginning(of: "default")
    return DefaultText.node(text, at: origin).flatMap(value)
  }

  private static func value(_ node: Node) -> JSONTree? {
    switch node.content {
    case .scalar(let scalar):
      guard scalar.style == .plain else { return .string(scalar.text) }
      switch PlainScalar(scalar.text) {
      case .boolean: return .boolean(scalar.text == "true")
      case .number:
        return Int(scalar.text).map { .integer($0) } ?? Double(scalar.text).map { .number($0) }
      default: return .string(scalar.text)
      }
    case .sequence(let items): return .array(items.compactMap(value))
    case .mapping, .rejected: return nil
    }
  }

  private static func escaped(_ name: String) -> String {
    name.replacing("~", with: "~0").replacing("/", with: "~1")
      .replacing("<", with: "%3C").replacing(">", with: "%3E")
  }
}
