import Testing

@testable import Rewards

/// Blocks of segments that repeat, as in Video-Thinker (section 3.1): time, caption and think, again
/// and again, then one answer.
@Suite struct RepeatedSegmentTests {
  private let segments = [
    SegmentSpecification(name: "time", process: "grounding", repeats: true),
    SegmentSpecification(name: "caption", process: "grounding", repeats: true),
    SegmentSpecification(name: "think", process: "reasoning", repeats: true),
    SegmentSpecification(name: "answer", process: "reasoning"),
  ]

  private func outcomes(_ text: String, truncated: Bool = false) throws -> [SegmentOutcome] {
    try parsed(text, truncated: truncated, segments: segments).segments.map(\.outcome)
  }

  private static func block(_ number: Int) -> String {
    "<time>0\(number)</time> <caption>c\(number)</caption><think>t\(number)</think>"
  }

  @Test("one block or several are found, with free text between them", arguments: 1...4)
  func blocks(count: Int) throws {
    let text = (1...count).map(Self.block).joined(separator: " so ") + "<answer>A</answer>"
    let result = try parsed(text, segments: segments)
    #expect(result.segments.map(\.outcome) == [.found, .found, .found, .found])
    let time = try #require(result.segment("time"))
    #expect(time.occurrences.map(\.content) == (1...count).map { "0\($0)" })
    #expect(time.trimmed == (1...count).map { "0\($0)" }.joined(separator: "\n"))
    #expect(time.contentTokenCount == 2 * count)
    #expect(result.strayText == (count > 1))
    #expect(result.parts.count { $0 == .segment("think") } == count * "<think>t1</think>".count)
  }

  @Test("a block that is not complete, or not in order, is out of order")
  func blocksOutOfOrder() throws {
    let answer = "<answer>A</answer>"
    #expect(
      try outcomes(Self.block(1) + "<time>2</time><think>t</think>" + answer)
        == [.outOfOrder, .outOfOrder, .outOfOrder, .found])
    #expect(
      try outcomes("<caption>c</caption><time>1</time><think>t</think>" + answer)
        == [.outOfOrder, .outOfOrder, .outOfOrder, .found])
    #expect(
      try outcomes("<time>1</time><think>t</think>" + answer)
        == [.found, .missing, .found, .found])
    #expect(
      try outcomes(Self.block(1) + answer + Self.block(2))
        == [.outOfOrder, .outOfOrder, .outOfOrder, .outOfOrder])
  }

  @Test("what is wrong with one occurrence is wrong with the segment")
  func brokenOccurrence() throws {
    let answer = "<answer>A</answer>"
    #expect(try outcomes(answer) == [.missing, .missing, .missing, .found])
    #expect(
      try outcomes(Self.block(1) + "<time>2" + answer)[0] == .unclosed)
    #expect(
      try outcomes(Self.block(1) + "<time>2", truncated: true)
        == [.truncated, .found, .found, .missing])
    #expect(try outcomes("<time>1<time>2</time></time>" + answer)[0] == .nested)
    #expect(try outcomes("</time>" + Self.block(1) + answer)[0] == .unopened)
    #expect(
      try outcomes("<time><caption>c</caption></time><think>t</think>" + answer)
        == [.nested, .nested, .found, .found])
  }

  @Test("a segment that does not repeat may still occur once only")
  func singleSegment() throws {
    #expect(
      try outcomes(Self.block(1) + "<answer>A</answer><answer>B</answer>")
        == [.found, .found, .found, .repeated])
  }
}
