/// The help pages, from the declarations.
struct HelpText {
  let console: Console

  /// The page of the tool: what there is, in groups of the words that start alike.
  func tool(_ tool: CommandLineTool) -> String {
    var lines = [
      "\(bold(tool.name)) - \(tool.summary)", "",
      "\(heading("Usage")) \(tool.name) COMMAND [ARGUMENTS]", "", heading("Commands"),
    ]
    lines += table(
      tool.commands.map { command in
        (command.specification.words.joined(separator: " "), command.specification.summary)
      })
    lines += ["", heading("Everywhere")]
    lines += table([
      ("-h, --help", "explains the tool or a command"),
      ("    --version", "prints the version"),
    ])
    lines += ["", heading("Ends with")]
    lines += table(ExitCode.meanings.map { ("\($0.code.rawValue)", $0.meaning) })
    if !tool.examples.isEmpty {
      lines += ["", heading("Start here")] + tool.examples.map { "  \($0)" }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The page of words that several commands start with.
  func group(_ words: [String], _ commands: [CommandSpecification], of tool: CommandLineTool)
    -> String
  {
    let prefix = ([tool.name] + words).joined(separator: " ")
    let lines =
      ["\(heading("Usage")) \(prefix) COMMAND [ARGUMENTS]", "", heading("Commands")]
      + table(commands.map { ($0.words.joined(separator: " "), $0.summary) })
    return lines.joined(separator: "\n") + "\n"
  }

  /// The page of one command.
  func command(_ command: CommandSpecification, of tool: CommandLineTool) -> String {
    let name = ([tool.name] + command.words).joined(separator: " ")
    let positionals = command.arguments.filter { $0.form == .positional }
    let others = command.arguments.filter { $0.form != .positional }
    let places = positionals.map { argument in
      let place = argument.placeholder + (argument.isRepeated ? "..." : "")
      return argument.isRequired ? place : "[\(place)]"
    }
    let usage = ([name] + places + ["[OPTIONS]"]).joined(separator: " ")

    var lines = ["\(bold(name)) - \(command.summary)", "", "\(heading("Usage")) \(usage)"]
    if let discussion = command.discussion {
      lines += [""] + wrapped(discussion, to: width)
    }
    if !positionals.isEmpty {
      lines += ["", heading("Arguments")]
      lines += table(positionals.map { ($0.placeholder, $0.help) })
    }
    lines += ["", heading("Options")]
    lines += table(others.map { (spelling($0), explanation($0)) } + [("-h, --help", "this page")])
    if !command.examples.isEmpty {
      lines += ["", heading("Examples")] + command.examples.map { "  \($0)" }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var width: Int { min(console.width, 96) }

  private func heading(_ text: String) -> String { bold(text + ":") }
  private func bold(_ text: String) -> String { console.style(text, .bold) }

  private func spelling(_ argument: ArgumentSpecification) -> String {
    let short = argument.short.map { "-\($0), " } ?? "    "
    let value = argument.form == .option ? " \(argument.placeholder)" : ""
    return short + "--" + argument.name + value
  }

  private func explanation(_ argument: ArgumentSpecification) -> String {
    var text = argument.help
    if let value = argument.defaultText { text += " (default: \(value))" }
    if argument.isRepeated, argument.form == .option { text += " (may be repeated)" }
    return text
  }

  /// Two columns, the second wrapped under itself.
  private func table(_ rows: [(String, String)]) -> [String] {
    let column = min(28, rows.map(\.0.count).max() ?? 0)
    return rows.flatMap { left, right -> [String] in
      let indent = String(repeating: " ", count: column + 4)
      let text = wrapped(right, to: max(24, width - column - 4))
      if left.count > column { return ["  " + left] + text.map { indent + $0 } }
      let first = "  " + left + String(repeating: " ", count: column - left.count + 2)
      return text.enumerated().map { ($0 == 0 ? first : indent) + $1 }
    }
  }

  private func wrapped(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + 1 + word.count > width {
        lines.append(line)
        line = ""
      }
      line += (line.isEmpty ? "" : " ") + word
    }
    return lines + [line]
  }
}
