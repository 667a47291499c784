/// Learns the merges of a byte-pair encoding from counted pieces (Sennrich et al.,
/// arXiv:1508.07909): again and again the most frequent pair of neighbours becomes a token. Of
/// equally frequent pairs the one with the lower identifiers wins, as in the `tokenizers` library,
/// whose merges these equal.
struct MergeLearner {
  private struct Piece {
    var tokens: [Int]
    let count: Int
  }

  private struct Pair: Hashable, Comparable {
    var left: Int
    var right: Int

    static func < (a: Pair, b: Pair) -> Bool { (a.left, a.right) < (b.left, b.right) }
  }

  /// A pair with the count it had when it was put into the queue.
  private struct Candidate: Comparable {
    var count: Int
    var pair: Pair

    static func < (a: Candidate, b: Candidate) -> Bool {
      a.count != b.count ? a.count > b.count : a.pair < b.pair
    }
  }

  /// The spellings, by identifier: the bytes by their characters, then the merged tokens.
  private(set) var tokens: [String]
  private(set) var merges: [(String, String)] = []

  private var ids: [[UInt8]: Int] = [:]
  private var pieces: [Piece]
  private var counts: [Pair: Int] = [:]
  /// Pieces in which a pair stands, or has stood.
  private var places: [Pair: Set<Int>] = [:]
  private var queue = Heap<Candidate>()

  /// - Parameter pieces: how often each piece (its UTF-8) occurs in the texts.
  init(_ pieces: [[UInt8]: Int]) {
    let alphabet = ByteAlphabet.characters.sorted { $0.value < $1.value }
    tokens = alphabet.map { String($0) }
    let idOfCharacter = Dictionary(
      uniqueKeysWithValues: alphabet.enumerated().map { ($0.element, $0.offset) })
    let idOfByte = ByteAlphabet.characters.map { idOfCharacter[$0, default: 0] }
    self.pieces = pieces.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { piece, count in
      Piece(tokens: piece.map { idOfByte[Int($0)] }, count: count)
    }
    for (id, token) in tokens.enumerated() { ids[Array(token.utf8)] = id }
    for index in self.pieces.indices { count(pieceAt: index, sign: 1) }
    for (pair, count) in counts { queue.push(Candidate(count: count, pair: pair)) }
  }

  /// Merges until there are `tokens` tokens or no pair is left.
  mutating func learn(tokens limit: Int) {
    while tokens.count < limit, let candidate = queue.pop() {
      let current = counts[candidate.pair] ?? 0
      guard current == candidate.count else {
        // Its count has fallen since; it comes up again where it belongs.
        if current > 0 { queue.push(Candidate(count: current, pair: candidate.pair)) }
        continue
      }
      if current > 0 { merge(candidate.pair) }
    }
  }

  private mutating func merge(_ pair: Pair) {
    let spelling = tokens[pair.left] + tokens[pair.right]
    let key = Array(spelling.utf8)
    let result = ids[key] ?? tokens.count
    if result == tokens.count {
      tokens.append(spelling)
      ids[key] = result
    }
    merges.append((tokens[pair.left], tokens[pair.right]))

    var grown = Set<Pair>()
    for index in places.removeValue(forKey: pair) ?? [] {
      count(pieceAt: index, sign: -1)
      pieces[index].tokens = MergeLearner.merged(pieces[index].tokens, pair, into: result)
      count(pieceAt: index, sign: 1) {
        if $0.left == result || $0.right == result { grown.insert($0) }
      }
    }
    for pair in grown { queue.push(Candidate(count: counts[pair] ?? 0, pair: pair)) }
  }

  private static func merged(_ tokens: [Int], _ pair: Pair, into result: Int) -> [Int] {
    var merged: [Int] = []
    var index = 0
    while index < tokens.count {
      if index + 1 < tokens.count, tokens[index] == pair.left, tokens[index + 1] == pair.right {
        merged.append(result)
        index += 2
      } else {
        merged.append(tokens[index])
        index += 1
      }
    }
    return merged
  }

  /// Adds the piece's pairs to the counts (`sign` 1) or takes them away (-1).
  private mutating func count(
    pieceAt index: Int, sign: Int, _ visit: (Pair) -> Void = { _ in }
  ) {
    let piece = pieces[index]
    for (left, right) in zip(piece.tokens, piece.tokens.dropFirst()) {
      let pair = Pair(left: left, right: right)
      counts[pair, default: 0] += sign * piece.count
      if sign > 0 { places[pair, default: []].insert(index) }
      visit(pair)
    }
  }
}
