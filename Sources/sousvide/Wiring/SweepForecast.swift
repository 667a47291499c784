import Experiments
import RecipeLanguage
import TensorEngine
import Trainer
import TrainingGraph

/// What a sweep will take, by the forecast of every cell.
struct SweepForecast {
  /// So many cells are forecast, evenly spread; the others are taken to be like the one before them.
  private static let forecastCells = 8

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
    let names = sweep.specification.cells.map(\.name)
    var last: RunForecast?
    var count = 0
    for (index, name) in names.enumerated() {
      let place = index * Self.forecastCells / names.count
      let isNext = index == 0 || place != (index - 1) * Self.forecastCells / names.count
      if isNext, let (recipe, graph) = sweep.cells[name] {
        last = try RecipeForecast(recipe, graph).forecast(settings)
        count += 1
      }
      forecasts[name] = last
    }
    estimate = SweepEstimate(
      sweep.specification.trials.map { trial in
        forecasts[trial.cell].map { Self.work(of: trial, $0, rates) } ?? []
      })
    self.threads = settings.threads
    cells = count
  }

  private static func work(
    of trial: SweepSpecification.Trial, _ forecast: RunForecast, _ rates: MachineRates
  ) -> [SweepEstimate.Work] {
    forecast.entries.map { entry in
      let steps = Double(entry.steps ?? 0)
      func digest(of stage: String) -> String? {
        trial.stages.first { $0.name == stage }?.digest
      }
      // Who takes a stage over does not evaluate within it.
      let within = entry.within.flatMap(digest).map { "\($0) \(entry.name)" }
      return SweepEstimate.Work(
        digest: within ?? digest(of: entry.name),
        seconds: entry.work.seconds(rates) * steps,
        operations: entry.work.totalOperations * steps)
    }
  }
}
