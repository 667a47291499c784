/// Keys, types and units.
extension DiagnosticCode {
  static let schema: [DiagnosticCode] = [
    .unknownKey, .missingKey, .wrongType, .unknownChoice, .missingValue, .outOfRange, .wrongCount,
    .templateHole, .badName, .unknownKind, .repeatedItem, .missingUnit, .wrongUnit, .emptyWindow,
    .badQuantity,
  ]

  static let unknownKey = DiagnosticCode(
    2001, "unknown-key", "A key that nothing reads; every key is used, or starts with `x-`.",
    Explanation(
      why: """
        A misspelt key that is silently ignored is how a run comes to use a default that its author \
        never chose. Notes of your own go under keys that begin with `x-`.
        """,
      example: .sections("run: {name: example, sead: 1}"),
      nearMiss: .sections("run: {name: example, seed: 1, x-sead: 1}")))

  static let missingKey = DiagnosticCode(
    2002, "missing-key", "A required key is absent.",
    Explanation(
      why: "A key is required where no default would be right for everybody: the choice is yours.",
      example: .sections("video: {sampler: uniform}"),
      nearMiss: .sections("video: {sampler: uniform, frames: 8}")))

  static let wrongType = DiagnosticCode(
    2003, "wrong-type", "A value has the wrong type.",
    Explanation(
      why: """
        The schema says what a key takes, and nothing is converted silently: text that looks like a \
        number needs quotes, a number must not have them, a list of one is written in brackets.
        """,
      example: .sections("run: {name: example, seed: soon}"),
      nearMiss: .sections("run: {name: example, seed: 7}")))

  static let unknownChoice = DiagnosticCode(
    2004, "unknown-choice", "A value is not in the closed list of its key.",
    Explanation(
      why: "The key takes one of a few words, and each of them means something; this one does not.",
      example: .sections("edition: 2026-12"), nearMiss: .sections("edition: 2026-11")))

  static let missingValue = DiagnosticCode(
    2005, "missing-value", "A key has no value, or `null`; leave the key out, or give it a value.",
    Explanation(
      why: """
        An empty value is nothing to one reader and the default to another. To have the default leave \
        the key out; to switch something off write `none`, where the key allows it.
        """,
      example: .sections("run: {name: example, seed: }"),
      nearMiss: .sections("run: {name: example}")))

  static let outOfRange = DiagnosticCode(
    2006, "out-of-range", "A number is outside the range of its key.",
    Explanation(
      why:
        "Outside its range the number has no meaning, and what would be computed with it neither.",
      example: .sections("run: {name: example, seed: -1}"),
      nearMiss: .sections("run: {name: example, seed: 0}")))

  static let wrongCount = DiagnosticCode(
    2007, "wrong-count", "A list has too few or too many items.",
    Explanation(
      why: """
        An empty list where something must be named would switch the setting off without saying so; a \
        list of fixed length has a place for each of its items.
        """,
      example: .evaluation(after: "[]"), nearMiss: .evaluation(after: "[rl]")))

  static let badName = DiagnosticCode(
    2008, "bad-name", "A name has other characters than letters, digits and `_`.",
    Explanation(
      why: """
        Names appear in expressions, paths, metrics and file names, where `-` would be a minus and a \
        blank the end.
        """,
      example: .evaluation(name: "held-out"), nearMiss: .evaluation(name: "held_out")))

  static let unknownKind = DiagnosticCode(
    2009, "unknown-kind",
    "A `kind`, `algorithm`, `api`, `architecture` or `sampler` that no module declares.",
    Explanation(
      why: """
        The kind decides which other keys there are, so with an unknown one nothing else in the record \
        can be judged.
        """,
      example: .sections("video: {sampler: unifrom, frames: 8}"),
      nearMiss: .sections("video: {sampler: uniform, frames: 8}")))

  static let repeatedItem = DiagnosticCode(
    2010, "repeated-item", "A list of names holds one of them twice.",
    Explanation(
      why: "Twice the same name has no effect of its own; most likely another name was meant.",
      example: .evaluation(after: "[rl, rl]"), nearMiss: .evaluation(after: "[warm, rl]")))

  static let missingUnit = DiagnosticCode(
    2301, "missing-unit", "A quantity is written without its unit.",
    Explanation(
      why: """
        A bare length may be tokens, characters or words, and papers have been misread for less. Only \
        keys whose names carry the unit, such as `steps`, take bare numbers.
        """,
      example: .evaluation(length: "96"), nearMiss: .evaluation(length: "96 tok")))

  static let wrongUnit = DiagnosticCode(
    2302, "wrong-unit", "A quantity has another unit than its key; units never convert silently.",
    Explanation(
      why: """
        How many tokens a character is depends on text and tokenizer, so there is no honest \
        conversion: give the number in the unit that is measured.
        """,
      example: .evaluation(length: "96 char"), nearMiss: .evaluation(length: "96 tok")))

  static let emptyWindow = DiagnosticCode(
    2303, "empty-window", "The lower end of a window is above its upper end.",
    Explanation(
      why: "No length is inside such a window, so the reward would never be paid.",
      example: .rewards(window: "32..8 tok"), nearMiss: .rewards(window: "8..32 tok")))

  static let badQuantity = DiagnosticCode(
    2304, "bad-quantity", "A quantity, window or percentage is malformed.",
    Explanation(
      why:
        "A quantity is one number and its unit, a window two numbers joined by `..` and their unit.",
      example: .evaluation(length: "64..96 tok"), nearMiss: .evaluation(length: "96 tok")))
}

extension RecipeExample {
  /// The evaluation of the base, with one thing changed.
  static func evaluation(
    name: String = "held_out", data: String = "held_out", after: String = "[warm, rl]",
    length: String = "96 tok"
  ) -> RecipeExample {
    .sections("eval:\n  \(name): {data: \(data), after: \(after), max_new_tokens: \(length)}")
  }

  /// A few rewards, with one thing changed.
  static func rewards(
    segment: String = "observation", window: String = "8..32 tok", when: String = "correct > 0",
    credit: String = "perception"
  ) -> RecipeExample {
    .sections(
      """
      rewards:
        sufficient: {kind: judge, judge: sufficiency, of: [observation], credit: perception}
        correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
        brevity:
          kind: length
          of: [\(segment)]
          window: \(window)
          when: \(when)
          credit: \(credit)
      """)
  }
}
