import RecipeLanguage

/// `sousvide sweep plan RECIPE`
struct SweepPlanCommand: Command {
  private static let recipe = Argument<PathArgument>.positional(
    "recipe", help: "the recipe with the sweep")
  private static let json = Argument<Bool>.flag("json", help: "print sousvide.sweep-plan/1")

  static let specification = CommandSpecification(
    "sweep", "plan", summary: "the runs of a sweep, before any of them",
    discussion: """
      Every cell is checked as a recipe of its own. Shown are the cells, those that are left out or \
      cannot be run with the reasons, how often each stage is made, and the time that it will take \
      about. Nothing runs.
      """,
    arguments: [recipe.specification, json.specification, ThreadsArgument.specification]
      + RecipeArguments.specifications,
    examples: ["sousvide sweep plan recipes/videop2r/window_sweep.yaml"])

  let path: PathArgument
  let json: Bool
  let threads: Int?
  let options: CheckOptions

  init(_ arguments: ParsedArguments) throws {
    path = try arguments[Self.recipe]
    json = try arguments[Self.json]
    threads = try ThreadsArgument.value(arguments, of: Self.specification)
    options = try RecipeArguments.options(arguments)
  }

  func run(_ console: Console) async throws -> ExitCode {
    guard let sweep = try SweepLoading(path, console: console, options: options).load() else {
      return .failure
    }
    let forecast = Result { try SweepForecast(sweep, threads: threads) }
    if json {
      console.print(try JSONOutput.text(SweepPlanDocument(sweep, try? forecast.get())))
    } else {
      console.print(SweepPlanPage(sweep: sweep, forecast: forecast, console: console).text)
    }
    return .success
  }
}
