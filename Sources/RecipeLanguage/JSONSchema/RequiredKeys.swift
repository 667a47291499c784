/// The required keys of a recipe as a schema of their own, which holds only where a recipe stands alone.
enum RequiredKeys {
  static func of(_ fields: [FieldSchema]) -> JSONTree? {
    let required = fields.filter(\.isRequired).map { JSONTree.string($0.name) }
    var properties: [String: JSONTree] = [:]
    for field in fields { properties[field.name] = of(field.type) }
    guard !required.isEmpty || !properties.isEmpty else { return nil }
    var schema: [String: JSONTree] = [:]
    if !required.isEmpty { schema["required"] = .array(required) }
    if !properties.isEmpty { schema["properties"] = .object(properties) }
    return .object(schema)
  }

  private static func of(_ type: ValueType) -> JSONTree? {
    switch type {
    case .record(let fields): return of(fields)
    case .optional(let inner): return of(inner)
    case .list(let item, _): return of(item).map { ["items": $0] }
    case .map(let element), .processMap(let element):
      return of(element).map { ["patternProperties": ["^(?!x-)": $0]] }
    case .kind(let discriminator, let common, let kinds):
      let shared = of(common)
      let branches = kinds.compactMap { kind -> JSONTree? in
        of(kind.fields).map { keys in
          [
            "if": [
              "properties": .object([discriminator: ["const": .string(kind.name)]]),
              "required": [.string(discriminator)],
            ],
            "then": keys,
          ]
        }
      }
      let all = [["required": [.string(discriminator)]]] + (shared.map { [$0] } ?? []) + branches
      return ["allOf": .array(all)]
    case .schedule:
      let forms = RecipeSchema.scheduleForms.compactMap { form in
        of(form.fields).map { (form.name, $0) }
      }
      return ["properties": .object(Dictionary(forms) { first, _ in first })]
    default: return nil
    }
  }
}
