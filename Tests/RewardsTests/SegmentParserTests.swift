import Testing

@testable import Rewards

@Suite struct SegmentParserTests {
  /// A text, whether it was cut, and what becomes of observation, think and answer.
  struct Case: CustomTestStringConvertible {
    var text: String
    var truncated = false
    var outcomes: [SegmentOutcome]
    var testDescription: String { text }
  }

  static let cases = [
    Case(
      text: "<observation>a</observation> <think>b</think><answer>c</answer>",
      outcomes: [.found, .found, .found]),
    Case(text: "", outcomes: [.missing, .missing, .missing]),
    Case(
      text: "<think>b</think><answer>c</answer>", outcomes: [.missing, .found, .found]),
    Case(
      text: "a</observation><think>b</think><answer>c</answer>",
      outcomes: [.unopened, .found, .found]),
    Case(
      text: "<observation>a</observation><think>b<answer>c</answer>",
      outcomes: [.found, .unclosed, .found]),
    Case(
      text: "<observation>a</observation><think>b", truncated: true,
      outcomes: [.found, .truncated, .missing]),
    Case(
      text: "<observation>a</observation><think>b</thi", truncated: true,
      outcomes: [.found, .truncated, .missing]),
    Case(
      text: "<observation>a</observation><observation>b</observation><think>c</think>",
      outcomes: [.repeated, .found, .missing]),
    Case(
      text: "<observation>a</observation><think>b</think></think><answer>c</answer>",
      outcomes: [.found, .repeated, .found]),
    Case(
      text: "<observation>a<think>b</think></observation><answer>c</answer>",
      outcomes: [.nested, .nested, .found]),
    Case(
      text: "<observation>a<think>b</observation>c</think><answer>d</answer>",
      outcomes: [.nested, .nested, .found]),
    Case(
      text: "<observation>a<observation>b</observation><think>c</think><answer>d</answer>",
      outcomes: [.nested, .found, .found]),
    Case(
      text: "<observation>a</think>b</observation><answer>d</answer>",
      outcomes: [.nested, .unopened, .found]),
    Case(
      text: "<think>b</think><observation>a</observation><answer>c</answer>",
      outcomes: [.outOfOrder, .outOfOrder, .found]),
    Case(
      text: "<answer>c</answer><think>b</think>",
      outcomes: [.missing, .outOfOrder, .outOfOrder]),
    // The malformed tags of VIDEOP2R's figure 18.
    Case(
      text: "<observation>a</<observation><think>b</think><answer>A<answer>",
      outcomes: [.unclosed, .found, .unclosed]),
    Case(
      text: "< observation>a</observation ><THINK>b</THINK><answer>c</answer>",
      outcomes: [.missing, .missing, .found]),
  ]

  @Test("every way to be malformed is an outcome of its own", arguments: cases)
  func outcomes(_ example: Case) throws {
    let result = try parsed(example.text, truncated: example.truncated)
    #expect(result.segments.map(\.outcome) == example.outcomes)
  }

  @Test("content, tokens and parts of a complete response")
  func complete() throws {
    let pieces = [
      "<observation>", " red", " square", "</observation>", " ", "<think>", " so", "</think>",
      "<answer>", " left", "</answer>", "<|im_end|>",
    ]
    let result = try SegmentParser(videoSegments).parse(response(pieces, endToken: true))
    let observation = try #require(result.segment("observation"))
    #expect(observation.content == " red square")
    #expect(observation.trimmed == "red square")
    #expect(observation.occurrences.map(\.tokens) == [0..<4])
    #expect(observation.occurrences.map(\.contentTokens) == [1..<3])
    #expect(
      result.parts.map(\.label)
        == [
          "observation", "observation", "observation", "observation", "rest", "think", "think",
          "think", "answer", "answer", "answer", "answer",
        ])
    #expect(
      result.processes()
        == [
          "perception", "perception", "perception", "perception", nil, "reasoning", "reasoning",
          "reasoning", "reasoning", "reasoning", "reasoning", "reasoning",
        ])
    #expect(!result.strayText)
  }

  @Test("a token that straddles a border belongs to the side of its first byte")
  func straddling() throws {
    let pieces = ["<obser", "vation>r", "ed ;</", "observation>\n<th", "ink>so</think> x"]
    let result = try SegmentParser(videoSegments).parse(response(pieces))
    let observation = try #require(result.segment("observation"))
    let think = try #require(result.segment("think"))
    #expect(observation.content == "red ;")
    // "vation>r" starts in the delimiter.
    #expect(observation.occurrences.map(\.contentTokens) == [2..<3])
    #expect(observation.occurrences.map(\.tokens) == [0..<4])
    #expect(think.content == "so")
    // Its "<th" starts in a token of the observation.
    #expect(think.occurrences.map(\.tokens) == [4..<5])
    #expect(think.contentTokenCount == 0)
    #expect(result.strayText)
  }

  @Test("tokens without bytes and parts of characters keep their places")
  func emptyPieces() throws {
    let heart = Array("\u{2665}".utf8)
    let pieces: [[UInt8]] = [
      Array("<think>".utf8), [], [heart[0]], [heart[1], heart[2]], Array("</think>".utf8), [],
    ]
    let result = try SegmentParser(videoSegments)
      .parse(Response(tokens: Array(0..<6), pieces: pieces, endToken: false, truncated: true))
    #expect(result.segment("think")?.content == "\u{2665}")
    #expect(result.segment("think")?.occurrences.map(\.contentTokens) == [1..<4])
    #expect(result.parts.map(\.label) == ["think", "think", "think", "think", "think", "rest"])
  }

  @Test("the end token joins the last segment, past text that follows it")
  func endTokenAfterText() throws {
    let whole = try parsed("<observation>a</observation><think>b</think><answer>c</answer> bye")
    #expect(whole.parts.last == .segment("answer"))
    #expect(whole.parts.dropLast().last == .rest)
  }

  @Test("an early end is not credited to the segment before it")
  func earlyEnd() throws {
    let early = try parsed("<observation>a</observation>")
    #expect(early.parts.last == .rest)
    #expect(early.segment("observation")?.isFound == true)
  }

  @Test("delimiters of one's own, the longer one first where both fit")
  func ownDelimiters() throws {
    let segments = [
      SegmentSpecification(name: "short", process: "p", open: "##", close: "/#"),
      SegmentSpecification(name: "long", process: "p", open: "##!", close: "/!"),
    ]
    let result = try parsed("## a /#  ##! b /!", segments: segments)
    #expect(result.segment("short")?.trimmed == "a")
    #expect(result.segment("long")?.trimmed == "b")
  }

  @Test("delimiters that leave doubt are refused, by name")
  func badDelimiters() throws {
    let twice = [videoSegments[0], videoSegments[0]]
    #expect(throws: RewardError.segment(name: "observation", message: "is declared twice")) {
      try SegmentParser(twice)
    }
    let empty = [SegmentSpecification(name: "a", process: "p", open: "")]
    #expect(throws: RewardError.segment(name: "a", message: "a delimiter is empty")) {
      try SegmentParser(empty)
    }
    let shared = [
      SegmentSpecification(name: "a", process: "p", open: "<x>"),
      SegmentSpecification(name: "b", process: "p", close: "<x>"),
    ]
    #expect(
      throws: RewardError.segment(
        name: "b", message: "the delimiter `<x>` is already one of `a`")
    ) { try SegmentParser(shared) }
  }

  @Test("a response whose parts contradict each other is refused")
  func badResponse() {
    #expect(throws: RewardError.response(message: "2 tokens but 1 pieces")) {
      try Response(tokens: [1, 2], pieces: [[65]], endToken: false, truncated: false)
    }
    #expect(throws: RewardError.self) {
      try Response(tokens: [], pieces: [], endToken: true, truncated: false)
    }
    #expect(throws: RewardError.self) {
      try Response(tokens: [1], pieces: [[65]], endToken: true, truncated: true)
    }
  }
}
