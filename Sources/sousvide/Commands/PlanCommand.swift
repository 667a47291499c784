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

  static let specification = CommandSpecification(
    "plan", summary: "print the training graph that a recipe becomes",
    discussion: """
      The graph is exactly what `run` executes. Costs are upper bounds. Memory, work and time are \
      estimated from shapes: no weight is read, and neither the model's files nor the data need be here.
      """,
    arguments: [recipe.specification, format.specification] + RecipeArguments.specifications,
    examples: [
      "sousvide plan recipes/quickstart.yaml",
      "sousvide plan recipes/quickstart.yaml --format svg > plan.svg",
    ])

  let path: PathArgument
  let format: PlanFormat
  let options: CheckOptions

  init(_ arguments: ParsedArguments) throws {
    path = try arguments[Self.recipe]
    format = try arguments[Self.format]
    options = try RecipeArguments.options(arguments)
  }

  func run(_ console: Console) async throws -> ExitCode {
    let loading = RecipeLoading(console: console, options: options)
    guard let (recipe, graph) = try loading.graph(path) else { return .failure }
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

/// How a plan is written.
enum PlanFormat: String, CaseIterable, ArgumentValue {
  case text, mermaid, dot, svg, json

  init?(argument text: String) { self.init(rawValue: text) }
  static var placeholder: String { "FORMAT" }
  static var expectation: String { "text, mermaid, dot, svg or json" }
  static var choices: [String] { allCases.map(\.rawValue) }
}
