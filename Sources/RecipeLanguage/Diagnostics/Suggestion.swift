/// "Did you mean …?" for keys, values, names, commands and flags.
public enum Suggestion {
  /// The candidate nearest to `word` by Damerau-Levenshtein distance (swapped neighbours count
  /// once), if it is near enough to be a plausible slip: a third of the length, at least one.
  /// Ties go to the earlier candidate.
  public static func closest(to word: String, among candidates: [String]) -> String? {
    let wanted = normalized(word)
    guard !wanted.isEmpty, wanted.count <= 64 else { return nil }
    var best: (name: String, distance: Int)?
    for candidate in candidates where candidate != word {
      let other = normalized(candidate)
      let limit = max(1, max(wanted.count, other.count) / 3)
      guard abs(other.count - wanted.count) <= limit else { continue }
      let distance = distance(wanted, other)
      if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.name
  }

  /// Whether a word of a closed list cannot have meant another: nothing but its case and dashes
  /// differ, or one letter does and no other word is as near as two.
  public static func isCertain(
    _ word: String, meaning candidate: String, among candidates: [String]
  ) -> Bool {
    if isSameWord(word, as: candidate) { return true }
    let wanted = normalized(word)
    guard wanted.count >= 4, distance(wanted, normalized(candidate)) == 1 else { return false }
    return candidates.allSatisfy {
      $0 == candidate || distance(wanted, normalized($0)) > 2
    }
  }

  /// Whether only case and the choice between `-` and `_` differ.
  public static func isSameWord(_ word: String, as candidate: String) -> Bool {
    normalized(word) == normalized(candidate)
  }

  /// A help line: "did you mean `x`?" when one is near, else the list when it is short.
  public static func help(for word: String, among candidates: [String]) -> String? {
    if let near = closest(to: word, among: candidates) { return "did you mean `\(near)`?" }
    guard !candidates.isEmpty else { return nil }
    let shown = candidates.prefix(12).map { "`\($0)`" }.joined(separator: ", ")
    return candidates.count > 12
      ? "one of \(shown) and \(candidates.count - 12) more"
      : candidates.count == 1
        ? "the only one is \(shown)" : "one of \(shown)"
  }

  /// Case and the choice between `-` and `_` are no difference.
  private static func normalized(_ word: String) -> [UInt8] {
    word.utf8.map {
      $0 == UInt8(ascii: "-") ? .underscore : (0x41...0x5A).contains($0) ? $0 | 0x20 : $0
    }
  }

  /// Optimal string alignment distance on bytes.
  private static func distance(_ a: [UInt8], _ b: [UInt8]) -> Int {
    var beforeLast = [Int](repeating: 0, count: b.count + 1)
    var last = Array(0...b.count)
    var row = last
    for i in 0..<a.count {
      row[0] = i + 1
      for j in 0..<b.count {
        let substitution = last[j] + (a[i] == b[j] ? 0 : 1)
        row[j + 1] = min(last[j + 1] + 1, row[j] + 1, substitution)
        if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
          row[j + 1] = min(row[j + 1], beforeLast[j - 1] + 1)
        }
      }
      (beforeLast, last, row) = (last, row, beforeLast)
    }
    return last[b.count]
  }
}
