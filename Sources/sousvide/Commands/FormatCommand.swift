import Foundation
import RecipeLanguage

/// `sousvide fmt FILE...`
struct FormatCommand: Command {
  private static let recipes = Argument<[PathArgument]>.positionals(
    "recipe", help: "the recipes to format; `-` reads one and writes it to standard output")
  private static let check = Argument<Bool>.flag(
    "check", help: "write nothing; exit with 1 when a file is not formatted")

  private static let json = Argument<Bool>.flag("json", help: "print sousvide.format/1")

  static let specification = CommandSpecification(
    "fmt", summary: "write recipes in their canonical form",
    discussion: """
      Orders keys as the schema does, puts quotes where they are needed and comments where they were. \
      What a recipe means does not change. A file with syntax errors is left as it is, and so is one \
      that is read-only; the others are formatted all the same.
      """,
    arguments: [recipes.specification, check.specification, json.specification],
    examples: [
      "sousvide fmt recipes/quickstart.yaml", "sousvide fmt --check recipes/*.yaml",
      "sousvide fmt - < draft.yaml",
    ])

  let paths: [PathArgument]
  let onlyChecks: Bool
  let json: Bool

  init(_ arguments: ParsedArguments) throws {
    paths = try arguments[Self.recipes]
    onlyChecks = try arguments[Self.check]
    json = try arguments[Self.json]
    if json, !onlyChecks, paths.contains(where: \.isStandardInput) {
      throw UsageError(
        message: "with --json the formatted recipe would have no place on standard output",
        help: "add --check, or name a file", command: Self.specification.words)
    }
  }

  func run(_ console: Console) async throws -> ExitCode {
    let outcomes = paths.map { (file: $0.path, outcome: format($0, console)) }
    if json {
      console.print(
        try JSONOutput.text(
          FormatOutput(
            files: outcomes.map { .init(file: $0.file, outcome: $0.outcome.rawValue) })))
    }
    let isWell = outcomes.allSatisfy { $0.outcome == .formatted || $0.outcome == .unchanged }
    return isWell ? .success : .failure
  }

  private enum Outcome: String {
    /// Written anew; was well already; is not, and was only to be checked; cannot be read or written.
    case formatted, unchanged, unformatted, failed
  }

  private func format(_ path: PathArgument, _ console: Console) -> Outcome {
    let file: SourceFile
    let text: String
    do {
      file = try path.readRecipe()
    } catch {
      complain([error], [], console)
      return .failed
    }
    do {
      text = try RecipeFormatter.format(file, vocabulary: .standard)
    } catch {
      complain(error.diagnostics, [file], console)
      console.note("\(file.path): not formatted, because it cannot be read whole")
      return .failed
    }
    let isFormatted = Array(text.utf8) == file.bytes
    if onlyChecks {
      if !isFormatted { say("\(file.path): not formatted (\(changes(file, text)))", console) }
      return isFormatted ? .unchanged : .unformatted
    }
    if path.isStandardInput {
      console.print(text, terminator: "")
    } else if !isFormatted {
      do {
        try RecipeWriting.replace(file.path, with: Array(text.utf8))
      } catch {
        console.complain("error: \(error)")
        return .failed
      }
      say("\(file.path): formatted (\(changes(file, text)))", console)
    }
    return isFormatted ? .unchanged : .formatted
  }

  private func say(_ line: String, _ console: Console) {
    if !json { console.print(line) }
  }

  private func complain(
    _ diagnostics: [Diagnostic], _ files: [SourceFile], _ console: Console
  ) {
    let renderer = DiagnosticRenderer(files: files, style: console.renderStyle)
    console.error(renderer.render(diagnostics))
  }

  private func changes(_ file: SourceFile, _ text: String) -> String {
    let before = file.text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let after = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    let count = after.difference(from: before).insertions.count
    let removed = after.difference(from: before).removals.count
    let lines = max(count, removed)
    return lines == 0 ? "line ends" : "\(lines) line\(lines == 1 ? "" : "s") changed"
  }
}

/// `sousvide.format/1`
private struct FormatOutput: Encodable {
  struct File: Encodable { var file, outcome: String }

  var schema = "sousvide.format/1"
  var files: [File]
}
