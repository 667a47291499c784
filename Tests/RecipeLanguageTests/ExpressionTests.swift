import RecipeLanguage
import Testing

struct ExpressionTests {
  /// The gate of one reward, checked in a recipe with rewards `a`, `b`, `c`.
  private func gate(_ text: String) throws -> Expression {
    let recipe = """
      extends: \(GoldenTests.folder.path)/base.yaml
      rewards:
        a: {kind: format, of: [think], credit: reasoning}
        b: {kind: format, of: [think], credit: reasoning}
        c: {kind: format, of: [think], credit: reasoning}
        gated: {kind: format, of: [think], credit: reasoning, when: "\(text)"}
      """
    let result = RecipeChecker.check(text: recipe, vocabulary: TestVocabulary.all)
    let root = try #require(result.recipe, "\(result.diagnostics)").root
    return try root.record("rewards").record("gated").expression("when")
  }

  @Test(arguments: [
    ("a > 0 and b > 0", 1.0, 1.0, 1.0), ("a > 0 and b > 0", 1, 0, 0), ("not a > 0", 1, 0, 0),
    ("a + b * 2 == 3", 1, 1, 1), ("(a + b) * 2 == 4", 1, 1, 1), ("a - b - 1 == -1", 1, 1, 1),
    ("-a < 0 or b > 0", 1, 0, 1), ("8 / 4 / 2 == 1", 0, 0, 1), ("true and not false", 0, 0, 1),
    ("if(a > b, a, b) >= 1.5e+0", 1, 2, 1), ("a != b", 2, 2, 0), ("a <= 0.5", 0.5, 0, 1),
    ("a > 0 or b > 0 and false", 1, 1, 1),
  ])
  func evaluates(text: String, a: Double, b: Double, expected: Double) throws {
    let value = try gate(text).evaluate { ["a": a, "b": b][$0] }
    #expect(value == expected)
  }

  @Test(
    arguments: [
      ("c > 0 and a > 0", 0.0, 0.0), ("a > 0 and c > 0", 0, 0.0), ("c > 0 and a > 0", 1, nil),
      ("c > 0 or a > 0", 1, 1), ("a > 0 or c > 0", 0, nil), ("not c > 0", 1, nil),
      ("if(c > 0, a, a) > 0", 1, nil), ("if(a > 0, a, c) > 0", 1, 1), ("1 / a > 0", 0, nil),
      ("c > 0 and false", 1, 0),
    ] as [(String, Double, Double?)])
  func abstainsWithItsInputs(text: String, a: Double, expected: Double?) throws {
    let value = try gate(text).evaluate { $0 == "a" ? a : nil }
    #expect(value == expected)
  }

  @Test func namesComeOnceInOrderOfUse() throws {
    #expect(try gate("b > 0 and (a > 0 or b > 1)").names == ["b", "a"])
  }

  @Test func canonicalTextShowsPrecedence() throws {
    let gate = try gate("a > 0 or b > 0 and not c > 0")
    #expect("\(gate.root)" == "((a > 0.0) or ((b > 0.0) and (not (c > 0.0))))")
  }

  @Test(arguments: [
    (String(repeating: "(", count: 900) + "a" + String(repeating: ")", count: 900), "too-deep"),
    (String(repeating: "not ", count: 400) + "correct > 0", "too-deep"),
    (String(repeating: "-", count: 400) + "correct > 0", "too-deep"),
    (String(repeating: "correct + ", count: 900) + "1 > 0", "too-large"),
  ])
  func sizeAndNestingAreBounded(text: String, slug: String) {
    let recipe = """
      extends: \(GoldenTests.folder.path)/base.yaml
      rewards: {brevity: {when: "\(text)"}}
      """
    let result = RecipeChecker.check(text: recipe, vocabulary: TestVocabulary.all)
    #expect(result.diagnostics.map(\.code.slug) == [slug])
  }
}
