extension DiagnosticCode {
  static let literalKey = DiagnosticCode(
    2702, "literal-key", "A text looks like an access key.",
    Explanation(
      why: """
        Recipes are committed, copied into run folders and shared. A key that is written into one is \
        a key that everybody has; withdraw it, and name an environment variable instead.
        """,
      example: .judged(auth: ["sk", "Zq3vT8mWx2Ld9KpR4nYb7Hs"].joined(separator: "-")),
      nearMiss: .judged(auth: "secrets.judge_key")))
}

extension RecipeCheck {
  static let literalKey = RecipeCheck(.literalKey, reads: []) { input in
    WrittenText.all(input).flatMap { written in
      AccessKey.ranges(in: written.text).map { range in
        Diagnostic(
          .literalKey, confidence: .heuristic,
          "this looks like an access key, and everybody who is given the recipe would have it",
          at: written.span(range),
          help: "withdraw the key; declare `secrets: {judge_key: {env: JUDGE_KEY}}` and write "
            + "`auth: secrets.judge_key`")
      }
    }
  }
}

/// What access keys look like.
public enum AccessKey {
  private static let prefixes = [
    "sk-", "sk_live_", "ghp_", "gho_", "ghs_", "ghu_", "github_pat_", "glpat-", "hf_", "AKIA",
    "AIza",
    "xoxb-", "xoxp-", "gsk_", "pypi-", "wandb_",
  ]

  /// Bytes of every word that looks like one.
  static func ranges(in text: String) -> [Range<Int>] {
    // Shorter than any key: by far the most texts.
    guard text.utf8.count >= 20 else { return [] }
    return ranges(in: Array(text.utf8))
  }

  /// The same in bytes of a file.
  ///
  /// - Parameter ofKnownServices: whether only words count that begin as the keys of some service do; what
  ///   models write, and files in other encodings, have long words that look random.
  public static func ranges(in bytes: [UInt8], ofKnownServices: Bool = false) -> [Range<Int>] {
    var found: [Range<Int>] = []
    var start = 0
    while start < bytes.count {
      guard isPart(bytes[start]) else {
        start += 1
        continue
      }
      var end = start
      while end < bytes.count, isPart(bytes[end]) { end += 1 }
      // A slash or dot makes it a path, an address or a file name.
      let isPath =
        bytes[safe: end] == slash || bytes[safe: end] == .dot
        || start > 0 && (bytes[start - 1] == slash || bytes[start - 1] == .dot)
      if isKey(bytes[start..<end], isPath: isPath || ofKnownServices) { found.append(start..<end) }
      start = end
    }
    return found
  }

  private static let slash = UInt8(ascii: "/")

  private static func isPart(_ byte: UInt8) -> Bool {
    byte.isNamePart || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "+")
  }

  private static func isKey(_ word: ArraySlice<UInt8>, isPath: Bool) -> Bool {
    if let prefix = prefixes.first(where: { word.starts(with: $0.utf8) }) {
      let rest = word.dropFirst(prefix.utf8.count)
      return rest.count >= 16 && rest.contains(where: \.isDigit) && rest.contains(where: \.isLetter)
        && longestRun(rest) >= 12
    }
    guard word.count >= 32, !isPath, !word.starts(with: "sha256".utf8),
      !word.starts(with: "sha512".utf8)
    else { return false }
    return word.split { !$0.isLetter && !$0.isDigit }.contains { looksRandom($0) }
  }

  private static func longestRun(_ word: ArraySlice<UInt8>) -> Int {
    word.split { !$0.isLetter && !$0.isDigit }.map(\.count).max() ?? 0
  }

  /// Long, of three kinds of characters, and changing between them all the time. Digests are of
  /// two, and names in camel case change at words only.
  private static func looksRandom(_ run: ArraySlice<UInt8>) -> Bool {
    guard run.count >= 28 else { return false }
    let kinds = run.map { $0.isDigit ? 0 : $0 >= 0x61 ? 1 : 2 }
    let changes = zip(kinds, kinds.dropFirst()).count { $0 != $1 }
    return Set(kinds).count == 3 && changes * 5 >= run.count * 2
  }
}
