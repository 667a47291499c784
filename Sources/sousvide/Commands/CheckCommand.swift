import Foundation
import RecipeLanguage

/// `sousvide check RECIPE...`
struct CheckCommand: Command {
  private static let recipes = Argument<[PathArgument]>.positionals(
    "recipe", help: "the recipes to check; `-` reads one from standard input")
  private static let format = Argument<DiagnosticFormat>.option(
    "format", default: .human, spelled: "human",
    help: "how findings are written; json and sarif are documents on standard output")
  private static let fix = Argument<Bool>.flag(
    "fix", help: "mend what can be mended without a change of meaning, and check again")
  private static let unsafeFixes = Argument<Bool>.flag(
    "unsafe-fixes", help: "with --fix, also mend where the meaning is a guess")

  static let specification = CommandSpecification(
    "check", summary: "check recipes the way a compiler checks a program",
    discussion: """
      Prints every error and warning with its place. Exits with 1 when there is an error. \
      `sousvide explain CODE` says more about a finding.
      """,
    arguments: [
      recipes.specification, format.specification, fix.specification, unsafeFixes.specification,
    ] + RecipeArguments.specifications,
    examples: [
      "sousvide check recipes/quickstart.yaml", "sousvide check --fix mine.yaml",
      "sousvide check --format sarif recipes/*.yaml > findings.sarif",
    ])

  let paths: [PathArgument]
  let format: DiagnosticFormat
  let fixes: Bool
  let fixesUnsafely: Bool
  let options: CheckOptions

  init(_ arguments: ParsedArguments) throws {
    paths = try arguments[Self.recipes]
    format = try arguments[Self.format]
    fixes = try arguments[Self.fix]
    fixesUnsafely = try arguments[Self.unsafeFixes]
    options = try RecipeArguments.options(arguments)
    if fixesUnsafely, !fixes {
      throw UsageError(
        message: "--unsafe-fixes goes with --fix", help: "write `--fix --unsafe-fixes`",
        command: ["check"])
    }
    if fixes, paths.contains(where: \.isStandardInput) {
      throw UsageError(
        message: "--fix writes files, and `-` is none", help: "name the recipe's file",
        command: ["check"])
    }
  }

  func run(_ console: Console) async throws -> ExitCode {
    let loading = RecipeLoading(console: console, options: options)
    var report = Report()
    for path in paths {
      let result =
        fixes ? try mend(path, loading, console) : loading.result(of: path)
      report.add(result)
      if format == .human, result.diagnostics.isEmpty, let recipe = result.recipe {
        console.print(
          "\(path.path): \(recipe.stages.count) stages, \(recipe.rewards.count) rewards, "
            + "no problems")
      }
    }
    let text = format.text(
      report.diagnostics, files: report.files, style: console.renderStyle,
      version: Sousvide.tool.version)
    if format == .human {
      if !text.isEmpty { console.error(text) }
    } else {
      console.print(text, terminator: "")
    }
    return report.diagnostics.contains { $0.severity == .error } ? .failure : .success
  }

  /// Fixes the recipe's files and says what was done.
  private func mend(
    _ path: PathArgument, _ loading: RecipeLoading, _ console: Console
  ) throws -> CheckResult {
    let outcome = loading.mended(path, includeUnsafe: fixesUnsafely)
    for file in outcome.changed {
      try RecipeWriting.replace(file.path, with: file.bytes)
    }
    for applied in outcome.applied {
      let code = applied.diagnostic.code
      console.note(
        "fixed \(applied.diagnostic.span): \(code.name) \(code.slug): \(applied.fix.title)")
    }
    return outcome.result
  }

  /// The findings in several recipes; what they share through `extends` is told once.
  private struct Report {
    var diagnostics: [Diagnostic] = []
    var files: [SourceFile] = []

    mutating func add(_ result: CheckResult) {
      diagnostics += result.diagnostics.filter { !diagnostics.contains($0) }
      files += result.files.filter { file in !files.contains { $0.path == file.path } }
    }
  }
}

extension DiagnosticFormat: ArgumentValue {}
