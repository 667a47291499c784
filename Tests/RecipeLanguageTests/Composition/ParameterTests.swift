import RecipeLanguage
import Testing

struct ParameterTests {
  private static let base = "extends: \(GoldenTests.folder.path)/base.yaml\n"

  private static func check(
    _ changes: String, _ options: CheckOptions = CheckOptions()
  ) -> CheckResult {
    RecipeChecker.check(text: base + changes, vocabulary: TestVocabulary.all, options: options)
  }

  private static let windows = """
    params:
      paid: {type: window<tok>, default: 8..32 tok, range: 1..64 tok}
      pay: {type: number, default: 0.5}
      name: {type: text, default: "a name"}
    about: {title: "${params.name} and $${more}: ${params.paid}"}
    rewards:
      brevity: {window: "${params.paid}", pays: "${params.pay}"}

    """

  @Test func aWholeScalarTakesTheTypeOfItsParam() throws {
    let recipe = try #require(Self.check(Self.windows).recipe)
    let brevity = try recipe.root.record("rewards").record("brevity")
    #expect(try brevity.window("window") == Window(lower: 8, upper: 32, unit: .token))
    #expect(try brevity.number("pays") == 0.5)
    #expect(
      try recipe.root.record("about").string("title") == "a name and ${more}: 8..32 tok")
  }

  @Test func membersOfAWindowAreQuantities() throws {
    let result = Self.check(
      Self.windows + "stages:\n  rl: {sampling: {max_new_tokens: \"${params.paid.max}\"}}")
    let recipe = try #require(result.recipe, "\(result.diagnostics)")
    let rl = try recipe.root.record("stages").record("rl")
    #expect(try rl.record("sampling").integer("max_new_tokens") == 32)
  }

  @Test(arguments: [
    ("params.paid.max + 16 tok", "48 tok"), ("max(params.room, 10 tok)", "40 tok"),
    ("params.paid.width * 2", "48 tok"), ("if(params.pay > 0.4, params.room, 8 tok)", "40 tok"),
  ])
  func expressionsAreTyped(expression: String, value: String) throws {
    let result = Self.check(
      """
      params:
        paid: {type: window<tok>, default: 8..32 tok}
        room: {type: quantity<tok>, default: 40 tok}
        pay: {type: number, default: 0.5}
      stages:
        rl: {sampling: {max_new_tokens: "${\(expression)}"}}
      rewards:
        brevity: {pays: "${params.pay * 2}", window: "${params.paid}"}
      about: {title: "at most ${params.room}"}
      """)
    let recipe = try #require(result.recipe, "\(result.diagnostics)")
    let rl = try recipe.root.record("stages").record("rl")
    #expect(try rl.record("sampling").quantity("max_new_tokens").description == value)
    #expect(try recipe.root.record("rewards").record("brevity").number("pays") == 1)
  }

  @Test(arguments: [
    ("params.paid.max + 16 char", 38..<69), ("params.paid.max + 16", 38..<69),
    ("params.paid.middle", 38..<60), ("params.paid / 0", 38..<60), ("params.pai.max", 38..<60),
    ("correct", 38..<60), ("item.x", 38..<60), ("stages.rl.steps", 38..<60),
    ("", 36..<60), ("params.paid.max +", 38..<60), ("params.paid.max / 0", 38..<60),
    ("params.paid.max * 0.3", 35..<36),
  ])
  func aWrongExpressionIsLocated(expression: String, columns: Range<Int>) throws {
    let result = Self.check(
      """
      params: {paid: {type: window<tok>, default: 8..32 tok}}
      about: {title: "${params.paid}"}
      stages:
        rl: {sampling: {max_new_tokens: "${\(expression)}"}}
      """)
    let errors = result.diagnostics.filter { $0.severity == .error }
    #expect(errors.count == 1, "\(result.diagnostics)")
    let found = try #require(errors.first)
    #expect(found.span.start.line == 5)
    #expect(columns.contains(found.span.start.column), "\(found)")
    #expect(found.path == "stages.rl.sampling.max_new_tokens")
  }

  @Test func theSpanIsThatOfTheHoleAndTheParamIsRemembered() throws {
    let result = Self.check(Self.windows)
    let place = try #require(result.places.first { $0.path == "rewards.brevity.window" })
    let setting = try #require(place.setting)
    #expect(place.span.start.line == 8)
    #expect(setting.provenance.parameters.map(\.name) == ["paid"])
    #expect(setting.provenance.parameters.first?.span.start.line == 3)
    #expect(setting.provenance.parameters.first?.text == "8..32 tok")
    #expect(setting.provenance.replaced.map(\.text) == ["4..24 tok"])
  }

  @Test func aParamGivenOnTheCommandLineIsReadByItsType() throws {
    let options = CheckOptions(parameters: [("paid", "4..16 tok"), ("name", "12")])
    let recipe = try #require(Self.check(Self.windows, options).recipe)
    let brevity = try recipe.root.record("rewards").record("brevity")
    #expect(try brevity.window("window").upper == 16)
    #expect(try recipe.root.record("about").string("title").hasPrefix("12 and"))
  }

  @Test(arguments: [
    ("paid", "4..16 char", "SV2302"), ("paid", "4..128 tok", "SV2006"), ("pai", "4 tok", "SV3001"),
    ("pay", "much", "SV2003"), ("pay", "", "SV2005"), ("paid", "[4, 16", "SV1001"),
  ])
  func aBadParamIsShownWithTheArgument(name: String, value: String, code: String) throws {
    let result = Self.check(Self.windows, CheckOptions(parameters: [(name, value)]))
    let found = try #require(result.diagnostics.first)
    #expect(found.code.name == code, "\(result.diagnostics)")
    #expect(found.span.path == "<command line>")
    #expect(result.diagnostics.count == 1, "\(result.diagnostics)")
    let rendered = DiagnosticRenderer(files: result.files).render(found)
    #expect(rendered.contains("1 | --param \(name)=\(value)"))
  }

  @Test func whatAParamInErrorWouldExpandToStaysSilent() throws {
    let result = Self.check(Self.windows.replacing("8..32 tok", with: "8..32 page"))
    #expect(result.diagnostics.map(\.code.name) == ["SV2302"], "\(result.diagnostics)")
  }

  @Test func anUnusedParamIsAWarning() throws {
    let result = Self.check("params:\n  idle: {type: int, default: 3}\n")
    #expect(result.diagnostics.map(\.code.slug) == ["unused-declaration"])
    #expect(result.recipe != nil)
  }

  @Test func findingsAboutAnExpandedValueNameTheParam() throws {
    let text = """
      params:
        pay: {type: number, default: -1.0}
      rewards:
        brevity: {pays: "${params.pay}"}
      """
    let found = try #require(Self.check(text).diagnostics.first)
    #expect(found.code.slug == "out-of-range")
    #expect(found.secondary.map(\.text) == ["the value of `params.pay`"])
    #expect(found.notes == ["`${…}` stands for `-1` here"])
  }

  @Test func anErrorInABlockOfTextIsLocatedInsideIt() throws {
    let text = """
      about:
        title: "t"
        description: |
          A first line with $${ and
          a second with ${params.nothing} in it.
      """
    let found = try #require(Self.check(text).diagnostics.first)
    #expect(found.code.slug == "expression-name")
    #expect(found.span.start == SourcePosition(line: 6, column: 21))
    #expect(found.span.end == SourcePosition(line: 6, column: 35))
  }

  @Test(arguments: [
    "int", "number", "share", "bool", "text", "quantity<tok>", "window<s>", "quantity<step>",
  ])
  func everyTypeTakesItsOwnValues(type: String) throws {
    let values = [
      "int": "3", "number": "0.5", "share": "15%", "bool": "true", "text": "\"a\"",
      "quantity<tok>": "5 tok", "window<s>": "0.5..2 s", "quantity<step>": "9 step",
    ]
    let value = try #require(values[type])
    let text = "params:\n  p: {type: \(type), default: \(value)}\n"
    #expect(Self.check(text).recipe != nil)
    for other in values.values where other != value {
      // `3` is no share, and text may be anything but a number or boolean without quotes.
      let isNumber =
        (type == "number" && ["3", "0.5"].contains(other)) || (type == "share" && other == "0.5")
      let isText = type == "text" && other.contains { !$0.isNumber && $0 != "." } && other != "true"
      let wrong = "params:\n  p: {type: \(type), default: \(other)}\n"
      #expect(Self.check(wrong).hasErrors == !(isNumber || isText), "\(type) \(other)")
    }
  }
}
