import Foundation
import Testing

@testable import sousvide

/// The scripts are read by the shells they are for, where those are installed.
struct CompletionTests {
  @Test(arguments: Shell.allCases)
  func theScriptIsReadByItsShell(_ shell: Shell) throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("completion").path
    try Data(shell.completions(of: Sousvide.tool).utf8).write(to: URL(fileURLWithPath: file))
    let option = shell == .fish ? "--no-execute" : "-n"
    guard let result = Program.run(shell.rawValue, [option, file]) else {
      print("skipped: \(shell) is not installed")
      return
    }
    #expect(result.code == 0)
  }

  @Test(arguments: Shell.allCases)
  func everyCommandAndOptionIsOffered(_ shell: Shell) {
    let script = shell.completions(of: Sousvide.tool)
    for command in Sousvide.tool.commands.map({ $0.specification }) {
      #expect(command.words.allSatisfy(script.contains))
      for option in command.options { #expect(script.contains(option.name)) }
    }
    #expect(script.contains("SV2301"))
    #expect(script.contains("sarif"))
    #expect(script.contains("yaml"))
  }

  @Test(arguments: [
    ("che", 1, ["check"]), ("check --format s", 3, ["sarif", "short"]),
    ("check --unsa", 2, ["--unsafe-fixes"]), ("clipworld gen", 2, ["generate"]),
    ("explain SV230", 2, ["SV2301", "SV2302", "SV2303", "SV2304"]),
  ]) func bashCompletes(line: String, place: Int, expected: [String]) throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("completion").path
    try Data(Shell.bash.completions(of: Sousvide.tool).utf8).write(
      to: URL(fileURLWithPath: file))
    let words = "sousvide \(line)".split(separator: " ").joined(separator: " ")
    let test = """
      source \(file); COMP_WORDS=(\(words)); COMP_CWORD=\(place); _sousvide
      printf '%s\\n' "${COMPREPLY[@]}"
      """
    guard let result = Program.run("bash", ["-c", test]) else { return }
    #expect(result.output.split(separator: "\n").map(String.init).sorted() == expected)
  }
}
