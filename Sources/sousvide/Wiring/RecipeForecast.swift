import Foundation
import RecipeLanguage
import TensorEngine
import Trainer
import TrainingGraph

/// Forecasts of a recipe's run, from what is known of its data.
struct RecipeForecast {
  let recipe: CheckedRecipe
  let graph: TrainingGraph
  private let facts: RecipeFacts
  private let programBytes: Int

  init(_ recipe: CheckedRecipe, _ graph: TrainingGraph) {
    self.recipe = recipe
    self.graph = graph
    facts = RecipeFacts.standard(recipe.root)
    programBytes = AvailableMemory.resident + RunForecast.libraryBytes
  }

  func forecast(
    _ settings: ExecutionSettings, _ variation: ForecastVariation = .none
  ) throws -> RunForecast {
    try RunForecast(
      graph, settings: settings, programBytes: programBytes, variation: variation
    ) { data, video, target in
      facts.recordSizes(ofData: data, seenAs: video, assumingTarget: target)
    }
  }

  /// Why the run does not fit into memory; nil where it does, or where nobody can say.
  func refusal(_ settings: ExecutionSettings) throws -> Diagnostic? {
    guard let available = AvailableMemory.current() else { return nil }
    return MemoryRefusal(try forecast(settings), available: available) {
      try? forecast($0, $1)
    }?.diagnostic(in: recipe.file.path)
  }
}

extension ExecutionSettings {
  /// What `run` says.
  ///
  /// - Parameter threads: of the command line, which come first.
  init(_ recipe: CheckedRecipe, threads: Int?) throws {
    let run = try recipe.root.record("run")
    self.init(
      threads: try threads ?? run.integer("threads"),
      stateInterval: try run.integer("checkpoint_every"),
      keptStates: recipe.stages.reduce(into: [:]) { kept, stage in
        kept[stage.name] = stage.optionalRecord("keep")?.optionalInteger("last")
      },
      recomputation: Recomputation(rawValue: try run.integer("recomputation")) ?? .nothing,
      rolloutsInFlight: try run.integer("rollouts_in_flight"))
  }
}
