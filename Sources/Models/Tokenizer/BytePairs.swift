import Synchronization

/// The merges of a byte-pair encoding, and the encoding of one piece of text with them.
final class BytePairs: Sendable {
  struct Pair: Hashable {
    var left: Int32
    var right: Int32
  }

  struct Merge {
    /// Position in the list of merges; a lower rank is applied first.
    var rank: Int32
    /// The token that the two become.
    var result: Int32
  }

  /// Pieces remembered before the memory is emptied.
  private static let cacheLimit = 1 << 16

  private let tokenOfByte: [Int32]
  private let merges: [Pair: Merge]
  /// Tokens that are taken whole, without merging; nil for files that always merge.
  private let wholeTokens: [[UInt8]: Int32]?
  private let cache = Mutex<[[UInt8]: [Int32]]>([:])

  init(tokenOfByte: [Int32], merges: [Pair: Merge], wholeTokens: [[UInt8]: Int32]?) {
    self.tokenOfByte = tokenOfByte
    self.merges = merges
    self.wholeTokens = wholeTokens
  }

  /// The tokens of one piece: its bytes, with the pair of lowest rank (the leftmost of equals)
  /// merged until no pair is left (Sennrich et al., arXiv:1508.07909).
  func tokens(of piece: [UInt8]) -> [Int32] {
    if let known = cache.withLock({ $0[piece] }) { return known }
    let tokens = wholeTokens?[piece].map { [$0] } ?? merged(piece)
    cache.withLock { cache in
      if cache.count >= Self.cacheLimit { cache.removeAll() }
      cache[piece] = tokens
    }
    return tokens
  }

  /// A pair that could be merged at `position`, if its two tokens are still there.
  private struct Candidate: Comparable {
    var rank: Int32
    var position: Int32
    var pair: Pair
    var result: Int32

    static func < (a: Candidate, b: Candidate) -> Bool {
      (a.rank, a.position) < (b.rank, b.position)
    }
  }

  private func merged(_ piece: [UInt8]) -> [Int32] {
    var tokens = piece.map { tokenOfByte[Int($0)] }
    // A chain over positions: a merged token stays at its first position, the other is left out.
    let end = Int32(piece.count)
    var next = (0..<end).map { $0 + 1 }
    var previous = (0..<end).map { $0 - 1 }
    var candidates = Heap<Candidate>()

    func consider(_ position: Int32) {
      guard position >= 0, next[Int(position)] < end else { return }
      let pair = Pair(left: tokens[Int(position)], right: tokens[Int(next[Int(position)])])
      guard let merge = merges[pair] else { return }
      candidates.push(
        Candidate(rank: merge.rank, position: position, pair: pair, result: merge.result))
    }

    for position in 0..<end { consider(position) }
    while let candidate = candidates.pop() {
      let position = Int(candidate.position)
      guard tokens[position] == candidate.pair.left, next[position] < end else { continue }
      let right = Int(next[position])
      guard tokens[right] == candidate.pair.right else { continue }
      tokens[position] = candidate.result
      tokens[right] = -1
      next[position] = next[right]
      if next[right] < end { previous[Int(next[right])] = candidate.position }
      consider(previous[position])
      consider(candidate.position)
    }
    return tokens.filter { $0 >= 0 }
  }
}
