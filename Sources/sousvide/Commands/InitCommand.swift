import Foundation
import RecipeLanguage

/// `sousvide init [TEMPLATE]`
struct InitCommand: Command {
  private static let template = Argument<RecipeTemplate?>.optionalPositional(
    "template", help: "what to start from: \(RecipeTemplate.list); grpo when nothing is said")
  private static let into = Argument<PathArgument?>.optional(
    "into", placeholder: "FILE", help: "the file to write; by default the template's name")

  private static let json = Argument<Bool>.flag("json", help: "print sousvide.file/1")

  static let specification = CommandSpecification(
    "init", summary: "write a commented recipe to start from",
    discussion: """
      The recipe passes `check` and needs no download: its data are made by ClipWorld. A file that exists is never \
      overwritten.
      """,
    arguments: [template.specification, into.specification, json.specification],
    examples: ["sousvide init", "sousvide init process_aware_grpo --into mine.yaml"])

  let template: RecipeTemplate
  let file: String
  let json: Bool

  init(_ arguments: ParsedArguments) throws {
    template = try arguments[Self.template] ?? .grpo
    file = try arguments[Self.into]?.path ?? "\(template.rawValue).yaml"
    json = try arguments[Self.json]
  }

  func run(_ console: Console) async throws -> ExitCode {
    // Exclusive, so that a file which appears meanwhile is not overwritten either.
    do {
      try Data(template.text(named: name).utf8).write(
        to: URL(fileURLWithPath: file), options: .withoutOverwriting)
    } catch CocoaError.fileWriteFileExists {
      console.complain(
        "error: `\(file)` exists, and is left as it is\n  help: name another file with --into")
      return .failure
    } catch {
      console.complain("error: `\(file)` cannot be written: \(error.localizedDescription)")
      return .failure
    }
    console.print(
      json ? try JSONOutput.text(WrittenFile(file: file)) : "\(file): \(template.summary)")
    console.note("next: sousvide check \(file), then sousvide \(template.verb) \(file)")
    return .success
  }

  /// The run is called like the file, where that is a name.
  private var name: String {
    let stem = URL(fileURLWithPath: file).deletingPathExtension().lastPathComponent
    let isName =
      stem.utf8.first.map { $0 >= 0x41 } == true
      && stem.utf8.allSatisfy { byte in
        byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte)
          || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
      }
    return isName ? stem : template.rawValue
  }
}
