/// Tokens that are found in the text as they are written, before any other rule: `<|im_start|>` and
/// its like.
struct AddedTokens: Sendable {
  struct Token: Sendable, Hashable {
    var id: Int
    var content: String
    /// Whether it steers the model instead of being text; a decoding can leave such tokens out.
    var isSpecial: Bool
    /// Whether it is looked for after the text's normalization instead of before.
    var isNormalized: Bool
  }

  /// A stretch of text between added tokens, or one of them.
  enum Part: Equatable {
    case text(Range<Int>)
    case token(Int)
  }

  /// By first byte, the longest first: of several that match at a place the longest wins.
  private let byFirstByte: [UInt8: [(bytes: [UInt8], id: Int)]]

  init(_ tokens: [Token]) {
    var table: [UInt8: [(bytes: [UInt8], id: Int)]] = [:]
    for token in tokens {
      let bytes = Array(token.content.utf8)
      if let first = bytes.first { table[first, default: []].append((bytes, token.id)) }
    }
    byFirstByte = table.mapValues { $0.sorted { $0.bytes.count > $1.bytes.count } }
  }

  /// Cuts `text` (UTF-8) at its added tokens, from left to right. Empty stretches are left out.
  func split(_ text: [UInt8]) -> [Part] {
    guard !byFirstByte.isEmpty else { return text.isEmpty ? [] : [.text(0..<text.count)] }
    var parts: [Part] = []
    var start = 0
    var position = 0
    while position < text.count {
      guard let match = match(in: text, at: position) else {
        position += 1
        continue
      }
      if start < position { parts.append(.text(start..<position)) }
      parts.append(.token(match.id))
      position += match.bytes.count
      start = position
    }
    if start < text.count { parts.append(.text(start..<text.count)) }
    return parts
  }

  private func match(in text: [UInt8], at position: Int) -> (bytes: [UInt8], id: Int)? {
    byFirstByte[text[position]]?.first { candidate in
      position + candidate.bytes.count <= text.count
        && candidate.bytes.indices.allSatisfy { candidate.bytes[$0] == text[position + $0] }
    }
  }
}
