/// Completions for bash.
struct BashCompletion {
  let tool: String
  let commands: [CommandSpecification]

  var script: String {
    let starts = commands.map { command in
      "    \"\(words(command)) \"*) command=\"\(words(command))\" ;;"
    }
    let values = commands.flatMap { command in
      command.options.filter { $0.form == .option }.map { option in
        let cases = option.spellings.map { "\"\(words(command)) \($0)\"" }
        return "    \(cases.joined(separator: " | "))) \(offer(option.completion)); return ;;"
      }
    }
    let options = commands.map { command in
      let all = command.options.flatMap(\.spellings) + ["--help", "-h"]
      return "      \"\(words(command))\") \(offer(.words { all })) ;;"
    }
    let positionals = commands.map { command in
      "      \"\(words(command))\") \(offer(command.positional)) ;;"
    }
    return """
      # bash completion for \(tool). Load it with: source <(\(tool) completions bash)
      _\(tool)_words() {
        mapfile -t COMPREPLY < <(compgen -W "$1" -- "$2")
      }
      # Folders, and files with one of the endings; all files when no ending is given.
      _\(tool)_files() {
        local cur="$1"
        shift
        compopt -o filenames 2>/dev/null
        if [ $# -eq 0 ]; then
          mapfile -t COMPREPLY < <(compgen -f -- "$cur")
          return
        fi
        mapfile -t COMPREPLY < <(compgen -d -- "$cur"; for ending in "$@"; do
          compgen -f -X "!*.$ending" -- "$cur"; done)
      }
      _\(tool)() {
        local cur="${COMP_WORDS[COMP_CWORD]}" prev="${COMP_WORDS[COMP_CWORD-1]}" command=""
        COMPREPLY=()
        case "${COMP_WORDS[*]:1:COMP_CWORD-1} " in
      \(starts.joined(separator: "\n"))
        esac
        if [ -z "$command" ]; then
          case "${COMP_WORDS[*]:1:COMP_CWORD-1}" in
      \(groups.joined(separator: "\n"))
          esac
          return
        fi
        case "$command $prev" in
      \(values.joined(separator: "\n"))
        esac
        if [[ "$cur" == -* ]]; then
          case "$command" in
      \(options.joined(separator: "\n"))
          esac
        else
          case "$command" in
      \(positionals.joined(separator: "\n"))
          esac
        fi
      }
      complete -F _\(tool) \(tool)

      """
  }

  /// What may follow the words typed so far, while they name no command.
  private var groups: [String] {
    let starts = Set(
      commands.flatMap { command in
        command.words.indices.map { Array(command.words.prefix($0)) }
      })
    return starts.sorted { $0.count < $1.count }.map { start in
      let next = commands.filter { $0.words.starts(with: start) && $0.words.count > start.count }
        .map { $0.words[start.count] }
      let unique = next.reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
      let more = start.isEmpty ? ["help", "--help", "--version"] : []
      return "      \"\(start.joined(separator: " "))\") \(offer(.words { unique + more })) ;;"
    }
  }

  private func words(_ command: CommandSpecification) -> String {
    command.words.joined(separator: " ")
  }

  private func offer(_ completion: Completion) -> String {
    switch completion {
    case .nothing: ":"
    case .words(let words): "_\(tool)_words \"\(words().joined(separator: " "))\" \"$cur\""
    case .files(let endings): (["_\(tool)_files \"$cur\""] + endings).joined(separator: " ")
    }
  }
}
