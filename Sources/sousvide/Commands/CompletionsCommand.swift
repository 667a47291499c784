/// `sousvide completions SHELL`
struct CompletionsCommand: Command {
  private static let shell = Argument<Shell>.positional(
    "shell", help: "bash, zsh or fish")

  static let specification = CommandSpecification(
    "completions", summary: "print a script that lets a shell complete commands",
    discussion: "Completes commands, options and their values, recipe files and codes.",
    arguments: [shell.specification],
    examples: [
      "source <(sousvide completions bash)", "sousvide completions fish | source",
    ])

  let shell: Shell

  init(_ arguments: ParsedArguments) throws {
    shell = try arguments[Self.shell]
  }

  func run(_ console: Console) async throws -> ExitCode {
    console.print(shell.completions(of: Sousvide.tool), terminator: "")
    return .success
  }
}
