/// Reads the declared segments out of responses.
///
/// Delimiters are found in the bytes of the text, so a token may hold any part of one. A token
/// belongs to the side of a border on which its first byte stands; delimiters belong to the segment
/// that they delimit; the end token joins the segment declared last when that one is complete, and
/// is rest otherwise (a response that stops early is not credited to what came before).
public struct SegmentParser: Sendable {
  public let specifications: [SegmentSpecification]
  private let scanner: TagScanner
  /// Per segment, the neighbours that repeat together with it; itself alone when it does not repeat.
  private let blocks: [Range<Int>]

  /// Throws `RewardError.segment` when a name or delimiter occurs twice or a delimiter is empty.
  public init(_ specifications: [SegmentSpecification]) throws {
    self.specifications = specifications
    self.scanner = try TagScanner(specifications)
    blocks = specifications.indices.map { index in
      guard specifications[index].repeats else { return index..<index + 1 }
      let start = specifications[..<index].lastIndex { !$0.repeats }.map { $0 + 1 } ?? 0
      let end = specifications[index...].firstIndex { !$0.repeats } ?? specifications.count
      return start..<end
    }
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
      let (outcome, pairs) = verdicts[index]
      let occurrences = pairs.map { pair -> ParsedSegment.Occurrence in
        let inner = tags[pair.open].bytes.upperBound..<tags[pair.close].bytes.lowerBound
        let outer = tags[pair.open].bytes.lowerBound..<tags[pair.close].bytes.upperBound
        let tokens = Self.tokens(startingIn: outer, starts)
        for token in tokens { parts[token] = .segment(specification.name) }
        covered.append(outer)
        return ParsedSegment.Occurrence(
          content: String(decoding: bytes[inner], as: UTF8.self),
          contentTokens: Self.tokens(startingIn: inner, starts), tokens: tokens)
      }
      return ParsedSegment(
        specification: specification, outcome: outcome, occurrences: occurrences)
    }
    if response.endToken, let last = segments.last,
      last.occurrences.contains(where: { !$0.tokens.isEmpty })
    {
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

  /// What becomes of each segment, with the pairs of delimiters of those that are complete.
  private func outcomes(_ tags: [TagScanner.Tag], truncated: Bool) -> [(SegmentOutcome, [Pair])] {
    var verdicts = specifications.indices.map { candidate($0, tags, truncated: truncated) }
    let all = verdicts.flatMap(\.1)
    for (index, pairs) in verdicts.map(\.1).enumerated() {
      let isNested = pairs.contains { pair in
        pair.close != pair.open + 1 || all.contains { $0.open < pair.open && pair.open < $0.close }
      }
      if isNested { verdicts[index] = (.nested, []) }
    }
    let complete = verdicts.map(\.1)
    for (index, own) in complete.enumerated() where !own.isEmpty {
      if isMisplaced(index, complete) { verdicts[index].0 = .outOfOrder }
    }
    return verdicts
  }

  /// Whether a segment stands on the wrong side of another one, or its block is not in order.
  private func isMisplaced(_ index: Int, _ complete: [[Pair]]) -> Bool {
    let block = blocks[index]
    guard let first = complete[index].first, let last = complete[index].last else { return false }
    let isOutside = complete.indices.contains { other in
      guard !block.contains(other), let start = complete[other].first,
        let end = complete[other].last
      else { return false }
      return other < index ? end.open > first.open : start.open < last.open
    }
    if isOutside { return true }
    let members = block.filter { !complete[$0].isEmpty }
    let order = members.flatMap { member in complete[member].map { ($0.open, member) } }
      .sorted { $0.0 < $1.0 }.map(\.1)
    let expected = (0..<complete[index].count).flatMap { _ in members }
    return order != expected
  }

  /// What the segment's own delimiters say, without regard to those of others.
  private func candidate(
    _ segment: Int, _ tags: [TagScanner.Tag], truncated: Bool
  ) -> (SegmentOutcome, [Pair]) {
    let own = tags.indices.filter { tags[$0].segment == segment }
    guard !own.isEmpty else { return (.missing, []) }
    guard let first = own.firstIndex(where: { tags[$0].opens }) else { return (.unopened, []) }
    let following = own[(first + 1)...]
    guard let second = following.first, following.contains(where: { !tags[$0].opens }) else {
      return (truncated ? .truncated : .unclosed, [])
    }
    if specifications[segment].repeats { return repeated(own, tags, truncated: truncated) }
    if tags[second].opens { return (.nested, []) }
    if own.count > 2 { return (.repeated, []) }
    return (.found, [Pair(open: own[first], close: second)])
  }

  /// The pairs of a segment that may occur several times.
  private func repeated(
    _ own: [Int], _ tags: [TagScanner.Tag], truncated: Bool
  ) -> (SegmentOutcome, [Pair]) {
    var pairs: [Pair] = []
    var open: Int?
    for tag in own {
      switch (tags[tag].opens, open) {
      case (true, nil): open = tag
      case (true, _?): return (.nested, [])
      case (false, nil): return (.unopened, [])
      case (false, let start?):
        pairs.append(Pair(open: start, close: tag))
        open = nil
      }
    }
    if open != nil { return (truncated ? .truncated : .unclosed, []) }
    return (.found, pairs)
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
