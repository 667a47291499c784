import Experiments
import RecipeLanguage
import TensorEngine
import Trainer
import TrainingGraph

/// What a sweep will take, by the forecast of every cell.
struct SweepForecast {
  /// Cells beyond these are taken to be like them on average.
  private static let forecastCells = 64

  let estimate: SweepEstimate
  let threads: Int
  /// Cells that were looked at.
  let cells: Int

  /// - Parameter threads: of the command line, which come before those of the recipe.
  /// - Throws: what keeps a run from being forecast.
  init(_ sweep: LoadedSweep, threads: Int?) throws {
    let settings = try ExecutionSettings(sweep.recipe, threads: threads)
    let rates = MachineRates.measured(threads: settings.threads)
    var forecasts: [String: RunForecast] = [:]
    for cell in sweep.specification.cells.prefix(Self.forecastCells) {
      guard let (recipe, graph) = sweep.cells[cell.name] else { continue }
      forecasts[cell.name] = try RecipeForecast(recipe, graph).forecast(settings)
    }
    let trials = sweep.specification.trials.compactMap { trial in
      forecasts[trial.cell].map { Self.work(of: trial, $0, rates) }
    }
    estimate = SweepEstimate(trials)
      .scaled(by: Double(sweep.specification.trials.count) / Double(max(1, trials.count)))
    self.threads = settings.threads
    cells = forecasts.count
  }

  private static func work(
    of trial: SweepSpecification.Trial, _ forecast: RunForecast, _ rates: MachineRates
  ) -> [SweepEstimate.Work] {
    forecast.entries.map { entry in
      let steps = Double(entry.steps ?? 0)
      return SweepEstimate.Work(
        digest: trial.stages.first { $0.name == entry.name }?.digest,
        seconds: entry.work.seconds(rates) * steps,
        operations: entry.work.totalOperations * steps)
    }
  }
}
