import Foundation
import LanguageServer
import RecipeLanguage

/// `sousvide lsp`
struct LanguageServerCommand: Command {
  static let specification = CommandSpecification(
    "lsp", summary: "help an editor with recipes, over the Language Server Protocol",
    discussion:
      "Speaks LSP 3.17 on standard input and output: diagnostics while typing, hover, completion, "
      + "definitions, references, renames, fixes and formatting. Editors start it; "
      + "grammar/editors.md says how to tell them.",
    examples: ["sousvide lsp"])

  init(_ arguments: ParsedArguments) throws {}

  func run(_ console: Console) async throws -> ExitCode {
    var server = LanguageServer(
      vocabulary: .standard, options: .standard, version: Sousvide.tool.version,
      catalogue: Self.catalogue)
    while let bytes = Self.read() {
      Self.write(server.receive(bytes))
      if let code = server.exitCode { return ExitCode(rawValue: code) }
    }
    return ExitCode(rawValue: server.exitCodeAtEnd)
  }

  /// All that has arrived, waiting for the first byte; nil at the end of the input. Taking everything
  /// lets the server see that a request was cancelled, or a text changed again, before it works.
  private static func read() -> [UInt8]? {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = Foundation.read(STDIN_FILENO, &chunk, chunk.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return bytes.isEmpty ? nil : bytes }
      bytes += chunk[..<count]
      var input = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
      guard poll(&input, 1, 0) > 0, input.revents & Int16(POLLIN) != 0 else { return bytes }
    }
  }

  /// A client that has gone away is noticed where its input ends.
  private static func write(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        Foundation.write(STDOUT_FILENO, $0.baseAddress, $0.count)
      }
      if count > 0 {
        rest = rest.dropFirst(count)
      } else if errno != EINTR {
        return
      }
    }
  }

  /// `grammar/diagnostics.md` of the checkout that this program was built in, if it is there.
  private static var catalogue: String? {
    guard let program = Bundle.main.executableURL?.resolvingSymlinksInPath() else { return nil }
    var folder = program.deletingLastPathComponent()
    for _ in 0..<5 {
      let page = folder.appendingPathComponent("grammar/diagnostics.md")
      if FileManager.default.fileExists(atPath: page.path) { return page.absoluteString }
      folder = folder.deletingLastPathComponent()
    }
    return nil
  }
}
