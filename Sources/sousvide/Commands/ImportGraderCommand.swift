import Foundation
import RecipeLanguage

/// `sousvide import openai-grader FILE`
struct ImportGraderCommand: Command {
  private static let file = Argument<PathArgument>.positional(
    "file", help: "the grader's JSON, alone or inside a fine-tuning job")
  private static let into = Argument<PathArgument?>.optional(
    "into", help: "recipe file to write (default: standard output); never overwritten")

  private static let json = Argument<Bool>.flag(
    "json", help: "print sousvide.file/1; with --into")

  static let specification = CommandSpecification(
    "import", "openai-grader", summary: "turn an OpenAI grader into judges and rewards",
    discussion: """
      Reads string_check, text_similarity, score_model, label_model and multi with its formula, and \
      writes the sections of a recipe that say the same, to be laid over a recipe with --overlay. What \
      has no counterpart is an error with its place.
      """,
    arguments: [file.specification, into.specification, json.specification],
    examples: [
      "sousvide import openai-grader grader.json --into grader.yaml",
      "sousvide check recipe.yaml --overlay grader.yaml",
    ])

  let file: PathArgument
  let into: String?
  let json: Bool

  init(_ arguments: ParsedArguments) throws {
    file = try arguments[Self.file]
    into = try arguments[Self.into]?.path
    json = try arguments[Self.json]
    try WrittenFile.check(json, into: into, of: Self.specification)
  }

  func run(_ console: Console) async throws -> ExitCode {
    let source: SourceFile
    do {
      source = try SourceFile.read(file.path)
    } catch {
      return show([error], [], console)
    }
    let result = OpenAIGrader.convert(source, vocabulary: .standard)
    guard let recipe = result.recipe else { return show(result.diagnostics, [source], console) }
    guard let into else {
      console.print(recipe, terminator: "")
      return .success
    }
    let url = URL(fileURLWithPath: into)
    guard !FileManager.default.fileExists(atPath: into) else {
      console.complain("error: \(into) exists already; name another file")
      return .failure
    }
    try Data(recipe.utf8).write(to: url, options: .atomic)
    if json { console.print(try JSONOutput.text(WrittenFile(file: into))) }
    console.note("wrote \(into)")
    return .success
  }

  private func show(
    _ diagnostics: [Diagnostic], _ files: [SourceFile], _ console: Console
  ) -> ExitCode {
    let renderer = DiagnosticRenderer(files: files, colour: console.usesColour)
    console.error(renderer.render(diagnostics))
    return .failure
  }
}
