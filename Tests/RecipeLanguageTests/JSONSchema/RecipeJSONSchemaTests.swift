import Foundation
import Testing

@testable import RecipeLanguage

/// The generated schema, read back as JSON.
struct RecipeJSONSchemaTests {
  private func schema() throws -> [String: Any] {
    let text = RecipeJSONSchema.text(TestVocabulary.all)
    let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
    return try #require(value as? [String: Any])
  }

  private func at(_ path: String..., in root: [String: Any]) throws -> [String: Any] {
    try path.reduce(root) { object, key in
      try #require(object[key] as? [String: Any], "\(key) in \(path)")
    }
  }

  @Test func everyKeyIsDescribedAndNoOtherIsAllowed() throws {
    let root = try schema()
    #expect(root["$schema"] as? String == "http://json-schema.org/draft-07/schema#")
    #expect(root["additionalProperties"] as? Bool == false)
    let properties = try at("properties", in: root)
    #expect(Set(properties.keys) == Set(RecipeSchema.fields(TestVocabulary.all).map(\.name)))
    for (key, value) in properties {
      let property = try #require(value as? [String: Any])
      #expect((property["description"] as? String)?.isEmpty == false, "\(key)")
      #expect((property["markdownDescription"] as? String)?.isEmpty == false, "\(key)")
    }
    #expect(try at("patternProperties", in: root)["^x-"] != nil)
  }

  @Test func kindsAreToldApartByIfAndThen() throws {
    let root = try schema()
    let stages = try at("properties", "stages", "patternProperties", in: root)
    let entry = try #require(
      stages.first { $0.key != "^x-" }?.value as? [String: Any])
    let branches = try #require(entry["allOf"] as? [[String: Any]])
    #expect(branches.count == TestVocabulary.all.algorithms.count)
    #expect(branches.allSatisfy { $0["if"] != nil && $0["then"] != nil })
    let sft = try at("definitions", "stages.sft", in: root)
    #expect(sft["additionalProperties"] as? Bool == false)
    #expect(try at("properties", in: sft)["batch_size"] != nil)
    #expect(try at("properties", in: sft)["data"] != nil)
  }

  /// Errors of an editor about records must name the kind that was written.
  @Test func noRecordIsAmongAlternatives() throws {
    func visit(_ value: Any) {
      if let object = value as? [String: Any] {
        #expect(object["oneOf"] == nil)
        for alternative in object["anyOf"] as? [[String: Any]] ?? [] {
          #expect(alternative["properties"] == nil && alternative["type"] as? String != "object")
        }
        object.values.forEach(visit)
      }
      (value as? [Any])?.forEach(visit)
    }
    visit(try schema())
  }

  @Test func whatIsRequiredHoldsOnlyWithoutAParent() throws {
    let root = try schema()
    #expect(root["required"] == nil)
    let condition = try at("if", "not", in: root)
    #expect(condition["required"] as? [String] == ["extends"])
    let required = try #require(try at("then", in: root)["required"] as? [String])
    #expect(required.contains("stages") && !required.contains("extends"))
  }

  @Test func patternsAndDefaultsFollowTheTypes() throws {
    func scalar(_ type: ValueType) -> [String: JSONTree] { ScalarSchema.of(type) }
    #expect(scalar(.count)["minimum"] == 1)
    #expect(scalar(.number(.positive))["exclusiveMinimum"] == 0.0)
    func accepts(_ type: ValueType, _ text: String) throws -> Bool {
      guard case .string(let pattern)? = scalar(type)["pattern"] else { return true }
      return try Regex(pattern).firstMatch(in: text) != nil
    }
    #expect(try accepts(.quantity(.token), "72 tok"))
    #expect(try accepts(.quantity(.token), "${params.size}"))
    #expect(try !accepts(.quantity(.token), "72"))
    #expect(try accepts(.window(.token), "7 .. 24 tok"))
    #expect(try accepts(.window(.token), "1..${params.size} tok"))
    #expect(try !accepts(.window(.token), "7..24 char"))
    #expect(try accepts(.share, "15%"))
    #expect(try !accepts(.share, "15"))
    let normalization = try at("properties", "normalization", "patternProperties", in: schema())
    let scope = try #require(normalization.first { $0.key != "^x-" }?.value as? [String: Any])
    #expect(try at("properties", "epsilon", in: scope)["default"] as? Double == 1.0e-4)
  }

  @Test func theTextIsTheSameEveryTime() {
    #expect(RecipeJSONSchema.text(TestVocabulary.all) == RecipeJSONSchema.text(TestVocabulary.all))
  }
}
