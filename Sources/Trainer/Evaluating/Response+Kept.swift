import Rewards

extension Response {
  /// A response of an evaluation, of which the text and numbers of tokens are kept: tokens without a meaning, as
  /// many in every segment that was found, and as many in all.
  ///
  /// - Parameter stopText: what ends a response that holds it, in place of the end token.
  /// - Throws: `TrainerError.keptTokens` for numbers that no response has.
  init(_ item: EvaluatedItem, _ parser: SegmentParser, stopText: String?) throws {
    let bytes = Array(item.response.utf8)
    let isCut = item.finish == "length"
    let hasEnd = !isCut && item.tokens > 0 && !(stopText.map(item.response.contains) ?? false)
    let byBytes = parser.parse(
      try Response(
        tokens: Array(bytes.indices), pieces: bytes.map { [$0] }, endToken: false, truncated: isCut)
    )
    // A token is of the side on which its first byte stands.
    var starts: [Int] = []
    for segment in byBytes.segments where segment.isFound {
      guard let count = item.segments[segment.name]?.tokens, count > 0 else { continue }
      let place = segment.occurrences.map(\.contentTokens).first { !$0.isEmpty }?.lowerBound
      guard let place, count <= item.tokens else { throw TrainerError.keptTokens(item.tokens) }
      starts += Array(repeating: place, count: count)
    }
    let others = item.tokens - starts.count - (hasEnd ? 1 : 0)
    guard others > 0 || others == 0 && bytes.isEmpty else {
      throw TrainerError.keptTokens(item.tokens)
    }
    starts = (Array(repeating: 0, count: others) + starts).sorted()
    var pieces = starts.indices.map { index in
      Array(bytes[starts[index]..<(index + 1 < starts.count ? starts[index + 1] : bytes.count)])
    }
    if hasEnd { pieces.append([]) }
    try self.init(
      tokens: Array(pieces.indices), pieces: pieces, endToken: hasEnd, truncated: isCut)
  }
}
