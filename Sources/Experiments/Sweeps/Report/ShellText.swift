/// Command lines as a person would paste them.
enum ShellText {
  /// The words, each in quotes where a shell would read it as something else.
  static func line(_ words: [String]) -> String { words.map(word).joined(separator: " ") }

  private static func word(_ word: String) -> String {
    let isPlain = word.unicodeScalars.allSatisfy { scalar in
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", "_", "-", ".", "/", ":", "=", "+", ",", "@", "%": true
      default: false
      }
    }
    return isPlain && !word.isEmpty ? word : "'\(word.replacing("'", with: "'\\''"))'"
  }
}
