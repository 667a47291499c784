/// Completions for zsh.
struct ZshCompletion {
  let tool: String
  let commands: [CommandSpecification]

  var script: String {
    let cases = commands.map { command in
      """
          "\(command.words.joined(separator: " ")) "*)
            shift \(command.words.count) words
            (( CURRENT -= \(command.words.count) ))
            _arguments -s \\
              \(arguments(of: command).joined(separator: " \\\n        "))
            return ;;
      """
    }
    return """
      #compdef \(tool)
      # zsh completion for \(tool). Load it with: source <(\(tool) completions zsh)
      _\(tool)() {
        local -a known
        case "${(j: :)words[2,CURRENT-1]} " in
      \(cases.joined(separator: "\n"))
        esac
        known=(
      \(names.joined(separator: "\n"))
        )
        _describe command known
      }
      if [ "$funcstack[1]" = "_\(tool)" ]; then
        _\(tool) "$@"
      else
        compdef _\(tool) \(tool)
      fi

      """
  }

  /// First words with a summary; a group is described by the commands in it.
  private var names: [String] {
    var seen: Set<String> = []
    return commands.compactMap { command in
      guard seen.insert(command.words[0]).inserted else { return nil }
      let group = commands.filter { $0.words[0] == command.words[0] }
      let text =
        group.count == 1 && command.words.count == 1
        ? command.summary : group.map { $0.words.joined(separator: " ") }.joined(separator: ", ")
      return "    '\(command.words[0]):\(quoted(text))'"
    }
  }

  private func arguments(of command: CommandSpecification) -> [String] {
    let options = command.options.flatMap { option in
      option.spellings.map { spelling in
        let value = option.form == .option ? ":\(option.name):\(action(option.completion))" : ""
        return "'\(option.isRepeated ? "*" : "")\(spelling)[\(quoted(option.help))]\(value)'"
      }
    }
    let help = ["'--help[this page]'"]
    let rest = command.arguments.contains { $0.form == .positional }
    return options + help + (rest ? ["'*: :\(action(command.positional))'"] : [])
  }

  private func action(_ completion: Completion) -> String {
    switch completion {
    case .nothing: " "
    case .words(let words): "(\(words().joined(separator: " ")))"
    case .files(let endings):
      endings.isEmpty
        ? "_files" : "_files -g \"*.(\(endings.joined(separator: "|")))\""
    }
  }

  private func quoted(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      switch character {
      case "'": result += "'\\''"
      case "[", "]", ":", "\\": result += "\\\(character)"
      case "`": break
      default: result.append(character)
      }
    }
  }
}
