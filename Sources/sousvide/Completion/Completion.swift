/// What a shell offers for the value of an argument.
enum Completion: Sendable {
  case nothing
  /// Asked for only when a script is written: no other command waits for them.
  case words(@Sendable () -> [String])
  /// Files and folders; only files with one of the endings, where there are any.
  case files(endings: [String] = [])
}

/// The shells that completions are written for.
enum Shell: String, CaseIterable, ArgumentValue {
  case bash, zsh, fish

  /// The script, from the declarations of the tool's commands.
  func completions(of tool: CommandLineTool) -> String {
    let commands = tool.commands.map { $0.specification }
    switch self {
    case .bash: return BashCompletion(tool: tool.name, commands: commands).script
    case .zsh: return ZshCompletion(tool: tool.name, commands: commands).script
    case .fish: return FishCompletion(tool: tool.name, commands: commands).script
    }
  }
}

extension CommandSpecification {
  var options: [ArgumentSpecification] { arguments.filter { $0.form != .positional } }

  /// What may stand where no option does.
  var positional: Completion {
    arguments.first { $0.form == .positional }?.completion ?? .nothing
  }
}

extension ArgumentSpecification {
  /// `--format`, and `-f` where there is one.
  var spellings: [String] { ["--\(name)"] + (short.map { ["-\($0)"] } ?? []) }
}
