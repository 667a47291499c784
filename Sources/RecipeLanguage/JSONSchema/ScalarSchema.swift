/// Scalars as JSON Schema. Wherever a scalar stands, text with a `${…}` may stand too.
enum ScalarSchema {
  static let hole = "\\$\\{"
  private static let decimal = "[0-9]+(\\.[0-9]+)?([eE][-+]?[0-9]+)?"
  private static let name = "[A-Za-z_][A-Za-z0-9_]{0,63}"

  static func of(_ type: ValueType) -> [String: JSONTree] {
    switch type {
    case .string, .path, .template: return ["type": "string"]
    case .identifier, .reference: return text("^\(name)$")
    case .secret: return text("^secrets\\.\(name)$")
    case .items: return text("^(stages\\.)?\(name)$")
    case .textSource: return text("^(item|segment)\\..+$")
    case .anyScalar: return ["type": ["string", "number", "boolean"]]
    case .boolean: return orHole("boolean")
    case .integer(let range):
      var schema = orHole("integer")
      if range.lowerBound != .min { schema["minimum"] = .integer(range.lowerBound) }
      if range.upperBound != .max { schema["maximum"] = .integer(range.upperBound) }
      return schema
    case .number(let range): return number(range, else: hole)
    case .share: return number(.between(0, 1), else: "^\(decimal)[ \\t]*%$|\(hole)")
    case .quantity(let unit, _): return text("^\(decimal)[ \\t]*\(escaped(unit))$")
    case .window(let unit, let others):
      let units = ([unit] + others).map(escaped).joined(separator: "|")
      let oneOf = others.isEmpty ? units : "(\(units))"
      return text(
        "^\(decimal)[ \\t]*\\.\\.[ \\t]*\(decimal)[ \\t]*\(oneOf)$")
    case .interval: return text("^-?\(decimal)%?[ \\t]*\\.\\.[ \\t]*-?\(decimal)%?[ \\t]*$")
    case .choice(let words):
      // `enum` alone would refuse a `${…}`.
      return [
        "anyOf": [
          ["enum": .array(words.map { .string($0) })],
          ["type": "string", "pattern": .string(hole)],
        ]
      ]
    case .expression:
      // A language of its own: no pattern can tell right from wrong.
      return [
        "type": ["string", "number", "boolean"],
        "contentMediaType": "text/x-sousvide-expression",
      ]
    case .position(let words):
      let place = "^\(decimal)[ \\t]*(step|epoch|%)$"
      return text(([place] + words.map { "^\($0)$" }).joined(separator: "|"))
    case .list, .map, .processMap, .record, .kind, .schedule, .optional: return [:]
    }
  }

  private static func text(_ pattern: String) -> [String: JSONTree] {
    ["type": "string", "pattern": .string("\(pattern)|\(hole)")]
  }

  private static func orHole(_ type: String) -> [String: JSONTree] {
    ["type": [.string(type), "string"], "pattern": .string(hole)]
  }

  private static func number(_ range: NumberRange, else pattern: String) -> [String: JSONTree] {
    var schema: [String: JSONTree] = ["type": ["number", "string"], "pattern": .string(pattern)]
    if range.lower != NumberRange.any.lower {
      schema[range.excludesLower ? "exclusiveMinimum" : "minimum"] = .number(range.lower)
    }
    if range.upper != NumberRange.any.upper { schema["maximum"] = .number(range.upper) }
    return schema
  }

  private static func escaped(_ unit: Unit) -> String {
    unit.rawValue.utf8.allSatisfy(\.isLetter) ? unit.rawValue : "\\\(unit.rawValue)"
  }
}
