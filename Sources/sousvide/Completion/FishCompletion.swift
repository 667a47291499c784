/// Completions for fish.
struct FishCompletion {
  let tool: String
  let commands: [CommandSpecification]

  var script: String {
    var lines = [
      "# fish completion for \(tool). Load it with: \(tool) completions fish | source",
      "complete -c \(tool) -f",
    ]
    var seen: Set<String> = []
    for command in commands {
      let first = command.words[0]
      if seen.insert(first).inserted {
        lines.append(
          "complete -c \(tool) -n __fish_use_subcommand -a \(first) -d '\(quoted(command.summary))'"
        )
      }
      let condition = seenAll(command.words)
      if command.words.count > 1 {
        let next = command.words[1]
        lines.append(
          "complete -c \(tool) -n '__fish_seen_subcommand_from \(first); "
            + "and not __fish_seen_subcommand_from \(next)' -a \(next) "
            + "-d '\(quoted(command.summary))'")
      }
      for option in command.options {
        let short = option.short.map { " -s \($0)" } ?? ""
        lines.append(
          "complete -c \(tool) -n '\(condition)' -l \(option.name)\(short)"
            + (option.form == .option ? value(option.completion) : "")
            + " -d '\(quoted(option.help))'")
      }
      if command.arguments.contains(where: { $0.form == .positional }) {
        lines.append("complete -c \(tool) -n '\(condition)'" + value(command.positional))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private func seenAll(_ words: [String]) -> String {
    words.map { "__fish_seen_subcommand_from \($0)" }.joined(separator: "; and ")
  }

  private func value(_ completion: Completion) -> String {
    switch completion {
    case .nothing: " -x"
    case .words(let words): " -x -a '\(words().joined(separator: " "))'"
    case .files(let endings):
      endings.isEmpty
        ? " -r -F"
        : " -x -a '(" + endings.map { "__fish_complete_suffix .\($0)" }.joined(separator: "; ")
          + ")'"
    }
  }

  private func quoted(_ text: String) -> String {
    text.replacing("\\", with: "\\\\").replacing("'", with: "\\'")
  }
}
