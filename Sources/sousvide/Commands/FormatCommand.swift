import Foundation
import RecipeLanguage

/// `sousvide fmt FILE...`
struct FormatCommand: Command {
  private static let recipes = Argument<[PathArgument]>.positionals(
    "recipe", help: "the recipes to format; `-` reads one and writes it to standard output")
  private static let check = Argument<Bool>.flag(
    "check", help: "write nothing; exit with 1 when a file is not formatted")

  static let specification = CommandSpecification(
    "fmt", summary: "write recipes in their canonical form",
    discussion: """
      Orders keys as the schema does, puts quotes where they are needed and comments where they were. \
      What a recipe means does not change. A file with syntax errors is left as it is, and so is one \
      that is read-only; the others are formatted all the same.
      """,
    arguments: [recipes.specification, check.specification],
    examples: [
      "sousvide fmt recipes/quickstart.yaml", "sousvide fmt --check recipes/*.yaml",
      "sousvide fmt - < draft.yaml",
    ])

  let paths: [PathArgument]
  let onlyChecks: Bool

  init(_ arguments: ParsedArguments) throws {
    paths = try arguments[Self.recipes]
    onlyChecks = try arguments[Self.check]
  }

  func run(_ console: Console) async throws -> ExitCode {
    var code = ExitCode.success
    for path in paths {
      let isWell = format(path, console)
      if !isWell { code = .failure }
    }
    return code
  }

  /// - Returns: false when the file cannot be formatted, or is not and should be.
  private func format(_ path: PathArgument, _ console: Console) -> Bool {
    let file: SourceFile
    let text: String
    do {
      file = try path.readRecipe()
    } catch {
      return complain([error], [], console)
    }
    do {
      text = try RecipeFormatter.format(file, vocabulary: .standard)
    } catch {
      _ = complain(error.diagnostics, [file], console)
      console.note("\(file.path): not formatted, because it cannot be read whole")
      return false
    }
    let isFormatted = Array(text.utf8) == file.bytes
    if onlyChecks {
      if !isFormatted { console.print("\(file.path): not formatted (\(changes(file, text)))") }
      return isFormatted
    }
    if path.isStandardInput {
      console.print(text, terminator: "")
    } else if !isFormatted {
      do {
        try RecipeWriting.replace(file.path, with: Array(text.utf8))
      } catch {
        console.complain("error: \(error)")
        return false
      }
      console.print("\(file.path): formatted (\(changes(file, text)))")
    }
    return true
  }

  private func complain(
    _ diagnostics: [Diagnostic], _ files: [SourceFile], _ console: Console
  ) -> Bool {
    let renderer = DiagnosticRenderer(files: files, style: console.renderStyle)
    console.error(renderer.render(diagnostics))
    return false
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
