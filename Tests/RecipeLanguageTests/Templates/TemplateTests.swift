import Testing

@testable import RecipeLanguage

struct TemplateTests {
  @Test func holesAreFoundAndTheRestIsText() {
    let template = Template("Q: {item.problem}\n{ segment.observation | fence } {\"a\": {x}}")
    #expect(template.holes.map(\.source) == ["item.problem", "segment.observation"])
    #expect(template.holes.map(\.isFenced) == [false, true])
    #expect(template.bareWords.map(\.source) == ["x"])
    #expect(
      template.filled { "<\($0.source)>" }
        == "Q: <item.problem>\n<segment.observation> {\"a\": {x}}")
  }

  @Test func whatIsFilledInIsNeverReadAsATemplate() {
    let template = Template("{item.problem} {item.options}")
    let text = template.filled { $0.source == "item.problem" ? "{item.options}" : "A B" }
    #expect(text == "{item.options} A B")
  }

  @Test(arguments: [
    "{}", "{ }", "{a}", "{a.b}", "{\"item\": 1}", "{item: 1}", "\\frac{1}{2}", "{", "{{",
  ])
  func bracesThatAreNoHolesStayAsTheyAre(_ text: String) {
    let reading = TemplateReader.read(text)
    #expect(reading.problems.isEmpty)
    #expect(Template(text).filled { _ in "!" } == text)
  }

  @Test(
    arguments: [
      ("{item}", "column"), ("{segment.}", "segment"), ("{item.problem", "not closed"),
      ("{item.problem |}", "nothing follows"), ("{item.problem | fenced}", "`fenced`"),
      ("{items.problem}", "`items.problem`"), ("{params.window}", "composed"),
    ])
  func aMalformedHoleSaysWhatIsWrong(_ text: String, _ message: String) throws {
    let problem = try #require(TemplateReader.read("a \(text)").problems.first)
    #expect(problem.message.contains(message), "\(problem.message)")
    #expect(problem.range.lowerBound == 2)
    #expect(problem.range.upperBound <= 2 + text.utf8.count)
  }

  @Test func thePlaceOfAHoleIsItsPlaceInTheFile() throws {
    let result = RecipeChecker.check(
      text: RecipeExample.asking("{item.problem} {item.answer}").text,
      vocabulary: TestVocabulary.all)
    let found = try #require(result.diagnostics.first { $0.code == .answerInQuestion })
    let file = try #require(result.files.first)
    #expect(String(decoding: file.bytes[found.span.bytes], as: UTF8.self) == "{item.answer}")
  }
}
