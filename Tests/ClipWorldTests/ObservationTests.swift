import Testing

@testable import ClipWorld

@Suite struct ObservationTests {
  @Test func textAndFactsConvertBothWays() throws {
    let text = "red square from 0 to 2 moves left ; blue ring from 1 to 4 moves up ;"
    let facts = [
      Fact(colour: .red, shape: .square, span: VisibleSpan(0, 2), direction: .left),
      Fact(colour: .blue, shape: .ring, span: VisibleSpan(1, 4), direction: .up),
    ]
    #expect(Observation.text(facts) == text)
    #expect(Observation.parse(text) == facts)
    #expect(Observation.parse("\n " + text + " \n") == facts)
  }

  @Test(arguments: [
    "", "   ", "red square", "red square from 0 to 2 moves left",
    "red square from 2 to 0 moves left ;", "red square from 0 to 5 moves left ;",
    "red square from 0 to 2 moves left ; blue", "pink square from 0 to 2 moves left ;",
    "red square from -1 to 2 moves left ;",
    "red square from 0 to 2 moves left ; and so on it goes for ever ;",
  ])
  func whatIsNotAnObservationIsNotUnderstood(text: String) {
    #expect(Observation.parse(text) == nil)
  }
}
