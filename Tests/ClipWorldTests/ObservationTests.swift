import Testing

@testable import ClipWorld

@Suite struct ObservationTests {
  @Test func textAndFactsConvertBothWays() throws {
    let text = "red square from 0 to 2 moves left ; blue ring from 1 to 4 moves up ;"
    let facts = [
      Fact(colour: .red, shape: .square, span: VisibleSpan(0, 2), direction: .left),
      Fact(colour: .blue, shape: .ring, span: VisibleSpan(1, 4), direction: .up),
    ]
    #expect(Observation.text(ClipFacts(facts)) == text)
    #expect(Observation.parse(text) == ClipFacts(facts))
    #expect(Observation.parse("\n " + text + " \n") == ClipFacts(facts))
  }

  @Test func flashesAndSignsConvertBothWaysBesideObjects() throws {
    let text = "red bar from 0 to 2 moves left ; green flash at 3 ; sign 3 7 4 from 1 to 3 ;"
    let facts = ClipFacts(
      [Fact(colour: .red, shape: .bar, span: VisibleSpan(0, 2), direction: .left)],
      flashes: [Flash(colour: .green, second: 3)],
      signs: [Sign(digits: [3, 7, 4], span: VisibleSpan(1, 3))])
    #expect(Observation.text(facts) == text)
    #expect(Observation.parse(text) == facts)
  }

  @Test func aLongClipHasMoreSeconds() {
    let text = "red square from 5 to 8 moves left ;"
    #expect(Observation.parse(text) == nil)
    #expect(Observation.parse(text, film: .long)?.objects.first?.span == VisibleSpan(5, 8))
  }

  @Test func captionsWithTimesConvertBothWays() throws {
    let facts = ClipFacts(
      [
        Fact(colour: .red, shape: .square, span: VisibleSpan(0, 2), direction: .left),
        Fact(colour: .blue, shape: .ring, span: VisibleSpan(5, 8), direction: .up),
      ], flashes: [Flash(colour: .green, second: 3)])
    let blocks = TimedObservation.blocks(facts)
    #expect(blocks.map(\.time) == ["00:00-00:02", "00:03-00:04", "00:05-00:08"])
    #expect(
      blocks.map(\.caption) == ["red square moves left", "green flash", "blue ring moves up"])
    #expect(
      TimedObservation.parse(
        times: blocks.map(\.time).joined(separator: "\n"),
        captions: blocks.map(\.caption).joined(separator: "\n"), film: .long) == facts)
  }

  @Test(arguments: [
    ("", ""), ("00:00-00:02", ""), ("00:00-00:02\n00:02-00:03", "red square moves left"),
    ("00:02-00:00", "red square moves left"), ("0 to 2", "red square moves left"),
    ("00:00-00:09", "red square moves left"), ("00:00-00:02", "red flash"),
    ("00:00-00:02", "red square moves left ; blue ring from 1 to 2 moves up"),
    ("00:00-00:99", "red square moves left"),
  ])
  func captionsThatSayNothingAreNotUnderstood(times: String, captions: String) {
    #expect(TimedObservation.parse(times: times, captions: captions, film: .long) == nil)
  }

  @Test(arguments: [
    "", "   ", "red square", "red square from 0 to 2 moves left",
    "red square from 2 to 0 moves left ;", "red square from 0 to 5 moves left ;",
    "red square from 0 to 2 moves left ; blue", "pink square from 0 to 2 moves left ;",
    "red square from -1 to 2 moves left ;",
    "red square from 0 to 2 moves left ; and so on it goes for ever ;",
    "red flash at 4 ;", "red flash at 1", "flash at 1 ;", "sign from 1 to 3 ;",
    "sign 3 x 4 from 1 to 3 ;", "sign 3 7 4 from 3 to 1 ;", ";", "red flash at 1 ; ;",
  ])
  func whatIsNotAnObservationIsNotUnderstood(text: String) {
    #expect(Observation.parse(text) == nil)
  }
}
