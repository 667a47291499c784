extension DiagnosticCode {
  static let secretOutsideAuth = DiagnosticCode(
    2701, "secret-outside-auth", "A secret is named in a place that is not made for secrets.",
    Explanation(
      why: """
        What stands in prompts, names and texts is stored, hashed, logged and shared. A secret is \
        read from the environment when a call is made, and flows into its header and nowhere else.
        """,
      example: .judged(
        prompt: "secrets.judge_key {item.problem} {item.answer} "
          + "{segment.observation | fence}"),
      nearMiss: .judged(auth: "secrets.judge_key")))
}

extension RecipeCheck {
  static let secretOutsideAuth = RecipeCheck(
    .secretOutsideAuth, reads: ["secrets"]
  ) { input in
    let names = input.names.all(.secrets)
    guard !names.isEmpty else { return [] }
    return WrittenText.all(input).flatMap { written -> [Diagnostic] in
      guard !input.secretPlaces.contains(written.span), written.text.contains("secrets.") else {
        return []
      }
      return names.compactMap { name in
        guard let range = range(of: "secrets.\(name)", in: written.text) else { return nil }
        return Diagnostic(
          .secretOutsideAuth,
          "the secret `\(name)` would be written into text that is stored and shared",
          at: written.span(range),
          help: "secrets are used by `auth` alone, as "
            + "`auth: secrets.\(name)`")
      }
    }
  }

  /// Bytes of the first occurrence as a whole word.
  private static func range(of word: String, in text: String) -> Range<Int>? {
    let (wanted, bytes) = (Array(word.utf8), Array(text.utf8))
    guard bytes.count >= wanted.count else { return nil }
    return (0...bytes.count - wanted.count).first { start in
      bytes[start..<start + wanted.count].elementsEqual(wanted)
        && bytes[safe: start + wanted.count]?.isNamePart != true
        && (start == 0 || !bytes[start - 1].isNamePart)
    }.map { $0..<$0 + wanted.count }
  }
}
