import RecipeLanguage

/// `sousvide explain RECIPE PATH`
struct ExplainCommand: Command {
  private static let recipe = Argument<PathArgument>.positional(
    "recipe", help: "the recipe, or the file that holds the setting")
  private static let setting = Argument<String>.positional(
    "path", placeholder: "PATH", help: "the setting, such as stages.rl.kl.coefficient")

  static let specification = CommandSpecification(
    "explain", summary: "say what a setting is, where it comes from and what it affects",
    arguments: [recipe.specification, setting.specification] + RecipeArguments.specifications,
    examples: [
      "sousvide explain recipes/quickstart.yaml stages.rl.kl.coefficient"
    ])

  let recipe: PathArgument
  let setting: String
  let options: CheckOptions

  init(_ arguments: ParsedArguments) throws {
    recipe = try arguments[Self.recipe]
    setting = try arguments[Self.setting]
    options = try RecipeArguments.options(arguments)
  }

  func run(_ console: Console) async throws -> ExitCode {
    let (_, result) = RecipeLoading(console: console, options: options).check(recipe)
    do {
      let explanation = try SettingExplanation(setting, in: result, vocabulary: .standard)
      console.print(explanation.text, terminator: "")
      return result.hasErrors ? .failure : .success
    } catch {
      console.complain("error: \(error)")
      return .failure
    }
  }
}
