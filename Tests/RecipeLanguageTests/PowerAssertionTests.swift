import Testing

@testable import RecipeLanguage

struct PowerAssertionTests {
  private func lines(_ text: String, _ values: [String: ExpressionValue]) throws -> [String] {
    let scope = ExpressionScope(.check) { path in
      values[path].map { .value(.constant($0)) } ?? .unknown(message: "none", help: nil)
    }
    let parsed = Expression.parse(text, as: .unknown, in: scope)
    let expression = try #require(parsed.expression, "\(parsed.problems)")
    return PowerAssertion.lines(expression, in: ExpressionEnvironment { values[$0] })
  }

  @Test func everyValueStandsBelowItsPart() throws {
    let window = ExpressionValue.window(Window(lower: 4, upper: 64, unit: .token))
    let drawn = try lines(
      "(a.window.max + 16 tok) <= a.limit",
      ["a.window": window, "a.limit": .number(72, .token)])
    #expect(
      drawn == [
        "(a.window.max + 16 tok) <= a.limit",
        " |            |         |  |",
        " 64 tok       80 tok    |  72 tok",
        "                        false",
      ])
  }

  @Test func whatHasNoValueSaysSo() throws {
    let drawn = try lines("x.a / x.b > 1", ["x.a": .number(1), "x.b": .number(0)])
    #expect(
      drawn == ["x.a / x.b > 1", "|   | |   |", "1   | 0   no value", "    no value"])
  }
}
