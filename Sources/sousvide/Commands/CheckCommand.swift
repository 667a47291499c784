import RecipeLanguage

/// `sousvide check RECIPE…`
struct CheckCommand: Command {
  private static let recipe = Argument<PathArgument>.positional(
    "recipe", help: "the recipe to check")

  static let specification = CommandSpecification(
    "check", summary: "check a recipe the way a compiler checks a program",
    discussion:
      "Prints every error and warning with its place. Exits with 1 when there is an error.",
    arguments: [recipe.specification], examples: ["sousvide check recipes/quickstart.yaml"])

  let path: PathArgument

  init(_ arguments: ParsedArguments) throws {
    path = try arguments[Self.recipe]
  }

  func run(_ console: Console) async throws -> ExitCode {
    let (recipe, result) = RecipeLoading(console: console).check(path)
    guard let recipe else { return .failure }
    if result.diagnostics.isEmpty {
      console.print(
        "\(path.path): \(recipe.stages.count) stages, \(recipe.rewards.count) rewards, no problems")
    }
    return .success
  }
}
