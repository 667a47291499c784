import RecipeLanguage

/// The tool: its commands, and the way from the words of a command line to an exit code.
struct CommandLineTool: Sendable {
  var name: String
  var summary: String
  var version: String
  var commands: [any Command.Type]
  /// Command lines to start with.
  var examples: [String] = []

  /// Runs the command that `words` name, and says on `console` what went wrong.
  func run(_ words: [String], on console: Console) async -> ExitCode {
    do {
      return try await dispatch(words, console)
    } catch let error as UsageError {
      console.complain(error.description)
      return .usage
    } catch {
      console.complain("error: \(error)")
      return .failure
    }
  }

  private func dispatch(_ words: [String], _ console: Console) async throws -> ExitCode {
    let help = HelpText(console: console)
    guard let first = words.first, first != "help" || words.count > 1 else {
      console.print(help.tool(self), terminator: "")
      return words.isEmpty ? .usage : .success
    }
    if first == "-h" || first == "--help" {
      console.print(help.tool(self), terminator: "")
      return .success
    }
    if first == "--version" {
      console.print("\(name) \(version)")
      return .success
    }
    if first == "help" {
      return try await dispatch(Array(words.dropFirst()) + ["--help"], console)
    }
    guard !first.hasPrefix("-") else {
      let near = Suggestion.closest(
        to: String(first.drop { $0 == "-" }), among: ["help", "version"])
      throw UsageError(
        message: "unknown flag '\(first)'", help: near.map { "did you mean `--\($0)`?" })
    }

    guard let command = command(named: words) else { return try group(words, help, console) }
    let specification = command.specification
    let rest = Array(words.dropFirst(specification.words.count))
    if Self.asksForHelp(rest) {
      console.print(help.command(specification, of: self), terminator: "")
      return .success
    }
    let parser = ArgumentParser(
      arguments: specification.arguments, command: specification.words)
    return try await command.init(parser.parse(rest)).run(console)
  }

  /// The command whose words start the line, the longest first.
  private func command(named words: [String]) -> (any Command.Type)? {
    commands.filter { words.starts(with: $0.specification.words) }
      .max { $0.specification.words.count < $1.specification.words.count }
  }

  /// Words that are only the start of commands: `sousvide clipworld`.
  private func group(
    _ words: [String], _ help: HelpText, _ console: Console
  ) throws -> ExitCode {
    let typed = Array(words.prefix { !$0.hasPrefix("-") })
    let start = Array(typed.prefix(1))
    let members = commands.map { $0.specification }.filter { $0.words.starts(with: start) }
    guard !members.isEmpty else {
      throw unknown(typed, among: commands.map { $0.specification.words[0] }, command: [])
    }
    if typed.count == 1 {
      console.print(help.group(start, members, of: self), terminator: "")
      return Self.asksForHelp(words) ? .success : .usage
    }
    throw unknown(
      Array(typed.dropFirst()), among: members.compactMap { $0.words.dropFirst().first },
      command: start)
  }

  private func unknown(
    _ typed: [String], among candidates: [String], command: [String]
  ) -> UsageError {
    let word = typed.first ?? ""
    let near = Suggestion.closest(to: word, among: candidates)
    let suggestion = near.map { (["sousvide"] + command + [$0]).joined(separator: " ") }
    return UsageError(
      message: "unknown command '\((command + [word]).joined(separator: " "))'",
      help: suggestion.map { "did you mean `\($0)`?" }, command: command)
  }

  private static func asksForHelp(_ words: [String]) -> Bool {
    words.prefix { $0 != "--" }.contains { $0 == "-h" || $0 == "--help" }
  }
}
