/// Reads the declared segments out of responses.
///
/// Delimiters are found in the bytes of the text, so a token may hold any part of one. A token
/// belongs to the side of a border on which its first byte stands; delimiters belong to the segment
/// that they delimit; the end token joins the segment declared last when that one is complete, and
/// is rest otherwise (a response that stops early is not credited to what came before).
public struct SegmentParser: Sendable {
  public let specifications: [SegmentSpecification]
  private let scanner: TagScanner

  /// Throws `RewardError.segment` when a name or delimiter occurs twice or a delimiter is empty.
  public init(_ specifications: [SegmentSpecification]) throws {
    self.specifications = specifications
    self.scanner = try TagScanner(specifications)
  }

  /// Reads one response. Any bytes are accepted.
  public func parse(_ response: Response) -> ParsedResponse {
    let bytes = response.bytes
    let tags = scanner.tags(in: bytes)
    let starts = tokenStarts(response)
    let verdicts = outcomes(tags, truncated: response.truncated)

    var parts = [ResponsePart](repeating: .rest, count: response.tokens.count)
    var covered: [Range<Int>] = []
    let segments = specifications.indices.map { index -> ParsedSegment in
      let specification = specifications[index]
      let (outcome, pair) = verdicts[index]
      guard let pair, outcome == .found || outcome == .outOfOrder else {
        return ParsedSegment(
          specification: specification, outcome: outcome, content: "", contentTokens: 0..<0,
          tokens: 0..<0)
      }
      let inner = tags[pair.open].bytes.upperBound..<tags[pair.close].bytes.lowerBound
      let outer = tags[pair.open].bytes.lowerBound..<tags[pair.close].bytes.upperBound
      let tokens = Self.tokens(startingIn: outer, starts)
      for token in tokens { parts[token] = .segment(specification.name) }
      covered.append(outer)
      return ParsedSegment(
        specification: specification, outcome: outcome,
        content: String(decoding: bytes[inner], as: UTF8.self),
        contentTokens: Self.tokens(startingIn: inner, starts), tokens: tokens)
    }
    if response.endToken, let last = segments.last, !last.tokens.isEmpty {
      parts[parts.count - 1] = .segment(last.name)
    }
    return ParsedResponse(
      response: response, segments: segments, parts: parts,
      strayText: Self.hasText(bytes, outside: covered))
  }

  /// Indices, in the list of tags, of the two that delimit a segment.
  private struct Pair {
    var open: Int
    var close: Int
  }

  private func outcomes(_ tags: [TagScanner.Tag], truncated: Bool) -> [(SegmentOutcome, Pair?)] {
    var verdicts = specifications.indices.map { candidate($0, tags, truncated: truncated) }
    let pairs = verdicts.map(\.1)
    for (index, pair) in pairs.enumerated() {
      guard let pair else { continue }
      let contains = pair.close != pair.open + 1
      let isInside = pairs.contains { other in
        other.map { $0.open < pair.open && pair.open < $0.close } ?? false
      }
      if contains || isInside { verdicts[index] = (.nested, nil) }
    }
    let complete = verdicts.indices.filter { verdicts[$0].1 != nil }
    for index in complete {
      guard let own = pairs[index] else { continue }
      let isMisplaced = complete.contains { other in
        pairs[other].map { (other < index) != ($0.open < own.open) && other != index } ?? false
      }
      if isMisplaced { verdicts[index].0 = .outOfOrder }
    }
    return verdicts
  }

  /// What the segment's own delimiters say, without regard to those of others.
  private func candidate(
    _ segment: Int, _ tags: [TagScanner.Tag], truncated: Bool
  ) -> (SegmentOutcome, Pair?) {
    let own = tags.indices.filter { tags[$0].segment == segment }
    guard !own.isEmpty else { return (.missing, nil) }
    guard let first = own.firstIndex(where: { tags[$0].opens }) else { return (.unopened, nil) }
    let following = own[(first + 1)...]
    guard let second = following.first, following.contains(where: { !tags[$0].opens }) else {
      return (truncated ? .truncated : .unclosed, nil)
    }
    if tags[second].opens { return (.nested, nil) }
    if own.count > 2 { return (.repeated, nil) }
    return (.found, Pair(open: own[first], close: second))
  }

  /// The first byte of every token, and the length of the text for the end token.
  private func tokenStarts(_ response: Response) -> [Int] {
    var starts: [Int] = []
    starts.reserveCapacity(response.tokens.count)
    var position = 0
    for (index, piece) in response.pieces.enumerated() {
      starts.append(position)
      if index < response.textTokenCount { position += piece.count }
    }
    return starts
  }

  /// The tokens whose first byte lies in `bytes`.
  private static func tokens(startingIn bytes: Range<Int>, _ starts: [Int]) -> Range<Int> {
    func firstToken(from position: Int) -> Int {
      starts.firstIndex { $0 >= position } ?? starts.count
    }
    return firstToken(from: bytes.lowerBound)..<firstToken(from: bytes.upperBound)
  }

  private static func hasText(_ bytes: [UInt8], outside covered: [Range<Int>]) -> Bool {
    var position = 0
    for range in covered.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if hasText(bytes[position..<range.lowerBound]) { return true }
      position = range.upperBound
    }
    return hasText(bytes[position...])
  }

  private static func hasText(_ bytes: ArraySlice<UInt8>) -> Bool {
    String(decoding: bytes, as: UTF8.self).contains { !$0.isWhitespace }
  }
}
