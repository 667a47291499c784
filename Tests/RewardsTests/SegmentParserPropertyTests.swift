import Testing

@testable import Rewards

/// Random texts in random tokenizations, from a fixed seed.
@Suite struct SegmentParserPropertyTests {
  /// SplitMix64.
  struct Random: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state &+= 0x9E37_79B9_7F4A_7C15
      var z = state
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      return z ^ (z >> 31)
    }
  }

  static let fragments = [
    "<observation>", "</observation>", "<think>", "</think>", "<answer>", "</answer>", "<", "</",
    ">", "obser", " ", "\n", "red", "\u{1F3AC}", "e\u{301}", "think", "",
  ]

  /// Cuts bytes into tokens at random, some of them empty.
  static func tokens(
    _ bytes: [UInt8], endToken: Bool, truncated: Bool, _ random: inout Random
  ) throws -> Response {
    var pieces: [[UInt8]] = []
    var start = 0
    while start < bytes.count {
      let length = min(Int.random(in: 0...9, using: &random), bytes.count - start)
      pieces.append(Array(bytes[start..<(start + length)]))
      start += length
    }
    if endToken { pieces.append(Array("<|im_end|>".utf8)) }
    return try Response(
      tokens: Array(pieces.indices), pieces: pieces, endToken: endToken, truncated: truncated)
  }

  @Test(
    "any text in any tokenization parses, and the spans tile the tokens", arguments: [false, true])
  func anyText(repeats: Bool) throws {
    let segments = videoSegments.map { segment in
      var segment = segment
      segment.repeats = repeats && segment.name != "answer"
      return segment
    }
    let parser = try SegmentParser(segments)
    var random = Random(state: 1)
    for round in 0..<4000 {
      var bytes: [UInt8] = []
      for _ in 0..<Int.random(in: 0...14, using: &random) {
        if Int.random(in: 0..<12, using: &random) == 0 {
          bytes.append(UInt8.random(in: 0...255, using: &random))
        } else {
          bytes.append(contentsOf: Self.fragments.randomElement(using: &random)?.utf8 ?? "".utf8)
        }
      }
      let endToken = Bool.random(using: &random)
      let response = try Self.tokens(
        bytes, endToken: endToken, truncated: !endToken && round % 3 == 0, &random)
      let result = parser.parse(response)

      #expect(result.parts.count == response.tokens.count)
      #expect(result.segments.map(\.name) == ["observation", "think", "answer"])
      var owners = [String](repeating: "rest", count: response.tokens.count)
      for segment in result.segments {
        let isComplete = segment.outcome == .found || segment.outcome == .outOfOrder
        #expect(isComplete || segment.occurrences.isEmpty)
        for occurrence in segment.occurrences where !occurrence.contentTokens.isEmpty {
          #expect(occurrence.tokens.contains(occurrence.contentTokens))
        }
        for token in segment.occurrences.flatMap(\.tokens) {
          #expect(owners[token] == "rest", "token \(token) has two owners")
          owners[token] = segment.name
        }
      }
      let body = response.textTokenCount
      #expect(result.parts[..<body].map(\.label) == Array(owners[..<body]))
    }
  }

  @Test("the outcome does not depend on how the text is tokenized")
  func tokenizationInvariance() throws {
    let parser = try SegmentParser(videoSegments)
    var random = Random(state: 2)
    for _ in 0..<500 {
      var text = ""
      for _ in 0..<10 { text += Self.fragments.randomElement(using: &random) ?? "" }
      let bytes = Array(text.utf8)
      let one = parser.parse(
        try Self.tokens(bytes, endToken: false, truncated: false, &random))
      let other = parser.parse(
        try Self.tokens(bytes, endToken: false, truncated: false, &random))
      #expect(one.segments.map(\.outcome) == other.segments.map(\.outcome))
      #expect(one.segments.map(\.content) == other.segments.map(\.content))
      #expect(one.strayText == other.strayText)
    }
  }

  @Test("well-formed segments put one after the other give their contents back")
  func roundTrip() throws {
    let parser = try SegmentParser(videoSegments)
    let words = ["red", "from 0 to 2", "\u{1F3AC}", "< 3 >", "</ >", "a\nb", " ", ""]
    var random = Random(state: 3)
    for _ in 0..<500 {
      let contents = videoSegments.map { _ in
        (0..<4).compactMap { _ in words.randomElement(using: &random) }.joined(separator: " ")
      }
      var text = ""
      for (segment, content) in zip(videoSegments, contents) {
        text += [" ", "", "\n\n"].randomElement(using: &random) ?? ""
        text += segment.open + content + segment.close
      }
      let response = try Self.tokens(
        Array(text.utf8), endToken: true, truncated: false, &random)
      let result = parser.parse(response)
      #expect(result.segments.map(\.outcome) == [.found, .found, .found])
      #expect(result.segments.map(\.content) == contents)
      #expect(result.parts.last == .segment("answer"))
      #expect(!result.strayText)
    }
  }
}

extension Range where Bound == Int {
  fileprivate func contains(_ other: Range<Int>) -> Bool {
    lowerBound <= other.lowerBound && other.upperBound <= upperBound
  }
}
