import RecipeLanguage

/// Reads the words after a command's name. Long and short forms, `--name=value`, letters together
/// (`-qv`), and `--` before words that start with a dash.
struct ArgumentParser {
  let arguments: [ArgumentSpecification]
  let command: [String]

  private var positionals: [ArgumentSpecification] {
    arguments.filter { $0.form == .positional }
  }

  /// - Throws: `UsageError` for the first word that does not fit.
  func parse(_ words: [String]) throws(UsageError) -> ParsedArguments {
    var parsed = ParsedArguments()
    var places = positionals[...]
    var onlyPositionals = false
    var index = words.startIndex

    while index < words.endIndex {
      let word = words[index]
      index += 1
      if !onlyPositionals, word == "--" {
        onlyPositionals = true
      } else if onlyPositionals || !word.hasPrefix("-") || word == "-" {
        guard let place = places.first else { throw surplus(word) }
        if !place.isRepeated { places.removeFirst() }
        try add(word, for: place, to: &parsed)
      } else if word.hasPrefix("--") {
        try long(word, words, &index, &parsed)
      } else {
        try letters(word, words, &index, &parsed)
      }
    }
    if let missing = arguments.first(where: { $0.isRequired && !parsed.has($0) }) {
      throw error("\(missing.label) is missing: \(lowercasedStart(missing.help))")
    }
    return parsed
  }

  private func long(
    _ word: String, _ words: [String], _ index: inout Int, _ parsed: inout ParsedArguments
  ) throws(UsageError) {
    let parts = word.dropFirst(2).split(
      separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(parts.first ?? "")
    guard let argument = arguments.first(where: { $0.form != .positional && $0.name == name })
    else {
      throw unknown("--" + name, name)
    }
    if parts.count == 2 {
      guard argument.form == .option else { throw error("--\(name) takes no value") }
      try add(String(parts[1]), for: argument, to: &parsed)
    } else {
      try value(of: argument, typed: "--" + name, words, &index, &parsed)
    }
  }

  private func letters(
    _ word: String, _ words: [String], _ index: inout Int, _ parsed: inout ParsedArguments
  ) throws(UsageError) {
    let letters = Array(word.dropFirst())
    for (place, letter) in letters.enumerated() {
      guard let argument = arguments.first(where: { $0.short == letter }) else {
        throw unknown("-\(letter)", String(letter))
      }
      let rest = String(letters[(place + 1)...])
      if argument.form == .option, !rest.isEmpty {
        try add(rest, for: argument, to: &parsed)
        return
      }
      try value(of: argument, typed: "-\(letter)", words, &index, &parsed)
    }
  }

  /// Takes the next word where the argument needs one.
  private func value(
    of argument: ArgumentSpecification, typed: String, _ words: [String], _ index: inout Int,
    _ parsed: inout ParsedArguments
  ) throws(UsageError) {
    guard argument.form == .option else { return try add("", for: argument, to: &parsed) }
    guard index < words.endIndex, words[index] == "-" || !words[index].hasPrefix("--") else {
      throw error("\(typed) needs a value: \(argument.expectation)")
    }
    let word = words[index]
    index += 1
    try add(word, for: argument, to: &parsed)
  }

  private func add(
    _ text: String, for argument: ArgumentSpecification, to parsed: inout ParsedArguments
  ) throws(UsageError) {
    guard argument.accepts(text) else {
      let suggestion = Suggestion.closest(to: text, among: argument.choices)
      throw error(
        "\(argument.label) is '\(text)', and must be \(argument.expectation)",
        help: suggestion.map { "did you mean `\($0)`?" })
    }
    guard argument.form == .flag || argument.isRepeated || !parsed.has(argument) else {
      throw error("\(argument.label) is given twice")
    }
    parsed.add(text, for: argument)
  }

  private func unknown(_ typed: String, _ name: String) -> UsageError {
    let names = arguments.filter { $0.form != .positional }.map(\.name) + ["help"]
    return error(
      "unknown flag '\(typed)'",
      help: Suggestion.closest(to: name, among: names).map { "did you mean `--\($0)`?" })
  }

  private func surplus(_ word: String) -> UsageError {
    let count = positionals.count
    let most = count == 0 ? "no argument" : count == 1 ? "one argument" : "\(count) arguments"
    return error("'\(word)' is one word too many: the command takes \(most)")
  }

  private func error(_ message: String, help: String? = nil) -> UsageError {
    UsageError(message: message, help: help, command: command)
  }

  private func lowercasedStart(_ text: String) -> String {
    text.prefix(1).lowercased() + text.dropFirst()
  }
}
