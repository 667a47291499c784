import Experiments
import Foundation
import RecipeLanguage
import TensorEngine
import Trainer
import TrainingGraph

/// `sousvide plan RECIPE`
struct PlanCommand: Command {
  private static let recipe = Argument<PathArgument>.positional(
    "recipe", help: "the recipe to lower")
  private static let format = Argument<PlanFormat>.option(
    "format", default: .text, spelled: "text", help: "text, mermaid, dot, svg or json")

  private static let why = Argument<Bool>.flag(
    "why", help: "say of every stage which run lends it, or which setting keeps it from being lent")

  static let specification = CommandSpecification(
    "plan", summary: "print the training graph that a recipe becomes",
    discussion: """
      The graph is exactly what `run` executes. Costs are upper bounds. Memory, work and time are \
      estimated from shapes: no weight is read, and neither the model's files nor the data need be here. With \
      --why, stages are looked up among the runs by what they rest on, which for a model in files is read.
      """,
    arguments: [
      recipe.specification, format.specification, why.specification, RunsArgument.specification,
    ] + RecipeArguments.specifications,
    examples: [
      "sousvide plan recipes/quickstart.yaml",
      "sousvide plan recipes/quickstart.yaml --format svg > plan.svg",
      "sousvide plan recipes/quickstart.yaml --why --set stages.rl.learning_rate=3.0e-4",
    ])

  let path: PathArgument
  let format: PlanFormat
  let why: Bool
  let runs: URL
  let options: CheckOptions

  init(_ arguments: ParsedArguments) throws {
    path = try arguments[Self.recipe]
    format = try arguments[Self.format]
    why = try arguments[Self.why]
    runs = try RunsArgument.folder(arguments)
    options = try RecipeArguments.options(arguments)
    if why, ![.text, .json].contains(format) {
      throw UsageError(
        message: "--why is written as text or json, and not as \(format.rawValue)",
        command: Self.specification.words)
    }
  }

  func run(_ console: Console) async throws -> ExitCode {
    let loading = RecipeLoading(console: console, options: options)
    let (checked, result) = loading.check(path)
    guard let recipe = checked else { return .failure }
    let graph = try Lowering.lower(recipe, facts: RecipeFacts.standard(recipe.root))
    if why { return try explain(result, recipe, graph, console) }
    switch format {
    case .text:
      console.print(graph.planText(), terminator: "")
      do {
        let (forecast, rates) = try forecast(recipe, graph)
        console.print("\n" + ForecastText(forecast, rates: rates).text)
      } catch {
        console.print("\nmemory and time are not predicted: \(error)")
      }
      if let worstCase = recipe.worstCase { console.print("\nbudget: \(worstCase.text)") }
      if let sweep = recipe.sweep { console.print("\nsweep: \(sweep.text)") }
    case .mermaid: console.print(graph.planMermaid(), terminator: "")
    case .dot: console.print(graph.planDOT(), terminator: "")
    case .svg: console.print(graph.planSVG(), terminator: "")
    case .json:
      let found = try? forecast(recipe, graph)
      let document = found.map { ForecastDocument($0.forecast, rates: $0.rates) }
      console.print(String(decoding: try graph.planJSON(forecast: document), as: UTF8.self))
    }
    return .success
  }

  private func explain(
    _ result: CheckResult, _ recipe: CheckedRecipe, _ planned: TrainingGraph, _ console: Console
  ) throws -> ExitCode {
    let models = EngineModels(
      try ExecutionSettings(recipe, threads: nil), tape: TapePlace(runs: runs.path, isOffline: true)
    )
    let graph = try planned.readingModelFiles(localModel: models.digest(of:))
    let misses = StageMisses(
      console: console, path: path, options: options, result: result, planned: planned)
    let stages = misses.outlook(graph, in: RunDirectory.all(in: runs))
    console.print(
      format == .json
        ? try JSONOutput.text(StagesDocument(stages: stages))
        : StagesText(console: console).text(stages, runs: runs.relativePath))
    return .success
  }

  private func forecast(
    _ recipe: CheckedRecipe, _ graph: TrainingGraph
  ) throws -> (forecast: RunForecast, rates: MachineRates) {
    let settings = try ExecutionSettings(recipe, threads: nil)
    return (
      try RecipeForecast(recipe, graph).forecast(settings),
      MachineRates.measured(threads: settings.threads)
    )
  }
}

/// `sousvide.stages/1`
private struct StagesDocument: Encodable {
  var schema = "sousvide.stages/1"
  var stages: [StageOutlook]
}

/// How a plan is written.
enum PlanFormat: String, CaseIterable, ArgumentValue {
  case text, mermaid, dot, svg, json

  init?(argument text: String) { self.init(rawValue: text) }
  static var placeholder: String { "FORMAT" }
  static var expectation: String { "text, mermaid, dot, svg or json" }
  static var choices: [String] { allCases.map(\.rawValue) }
}
