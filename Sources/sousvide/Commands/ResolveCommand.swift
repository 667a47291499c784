import RecipeLanguage

/// `sousvide resolve RECIPE`
struct ResolveCommand: Command {
  private static let recipe = Argument<PathArgument>.positional(
    "recipe", help: "the recipe to write out")
  private static let provenance = Argument<Bool>.flag(
    "provenance", help: "say on every line where the value comes from")
  private static let format = Argument<ResolvedFormat>.option(
    "format", default: .yaml, spelled: "yaml", help: "yaml or json")

  static let specification = CommandSpecification(
    "resolve", summary: "print a recipe in full: every default, nothing inherited, no params",
    discussion: """
      What is printed is a recipe that means the same. Paths in it are relative to the folder of the \
      recipe it was made from.
      """,
    arguments: [recipe.specification, provenance.specification, format.specification]
      + RecipeArguments.specifications,
    examples: [
      "sousvide resolve recipes/quickstart_grpo.yaml --provenance",
      "sousvide resolve recipes/quickstart.yaml --set stages.rl.steps=20 > short.yaml",
    ])

  let path: PathArgument
  let provenance: Bool
  let format: ResolvedFormat
  let options: CheckOptions

  init(_ arguments: ParsedArguments) throws {
    path = try arguments[Self.recipe]
    provenance = try arguments[Self.provenance]
    format = try arguments[Self.format]
    options = try RecipeArguments.options(arguments)
    if provenance, format == .json {
      throw UsageError(
        message: "--provenance writes comments, which JSON has not",
        help: "leave out `--format json`", command: Self.specification.words)
    }
  }

  func run(_ console: Console) async throws -> ExitCode {
    let (recipe, result) = RecipeLoading(console: console, options: options).check(path)
    guard let recipe else { return .failure }
    let resolved = ResolvedRecipe(
      recipe, vocabulary: .standard, provenance: provenance ? result : nil)
    console.print(format == .json ? resolved.json : resolved.yaml, terminator: "")
    return .success
  }
}

/// How a resolved recipe is written.
enum ResolvedFormat: String, CaseIterable, ArgumentValue {
  case yaml, json
}
