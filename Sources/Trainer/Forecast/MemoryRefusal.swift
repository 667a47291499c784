import Models
import RecipeLanguage
import TensorEngine
import TrainingGraph

/// Why a run is not begun: it would need more memory than there is, and what would need less.
public struct MemoryRefusal: Sendable {
  /// A change with the peak it leads to.
  struct Remedy: Sendable {
    var change: String
    var effect: String
    var peakBytes: Int
  }

  let forecast: RunForecast
  let available: AvailableMemory
  let remedies: [Remedy]

  /// The bound of passes that is tried: a few sequences of usual length.
  private static let microBatch = 2048

  /// Nil where the run fits.
  ///
  /// - Parameter alternative: the forecast with other settings of execution, or with other variations.
  public init?(
    _ forecast: RunForecast, available: AvailableMemory,
    alternative: (ExecutionSettings, ForecastVariation) -> RunForecast?
  ) {
    guard forecast.peakBytes > available.bytes else { return nil }
    self.forecast = forecast
    self.available = available
    var found: [Remedy] = []
    func consider(
      _ change: String, _ effect: String, variation: ForecastVariation = .none,
      _ edit: (inout ExecutionSettings) -> Void = { _ in }
    ) {
      var settings = forecast.settings
      edit(&settings)
      guard let peak = alternative(settings, variation)?.peakBytes, peak < forecast.peakBytes
      else { return }
      found.append(Remedy(change: change, effect: effect, peakBytes: peak))
    }
    for level in [Recomputation.memoryBound, .blocks]
    where level.rawValue > forecast.settings.recomputation.rawValue {
      consider("run.recomputation: \(level.rawValue)", "same results, more time") {
        $0.recomputation = level
      }
    }
    let fewer = max(1, forecast.settings.rolloutsInFlight / 8)
    consider("run.rollouts_in_flight: \(fewer)", "same results, more time") {
      $0.rolloutsInFlight = fewer
    }
    consider(
      "micro_batch: \(Self.microBatch) tok in every stage",
      "gradients equal but for rounding, more time", variation: .microBatches(Self.microBatch))
    consider(
      "an adapter of rank \(ForecastVariation.adapter.rank) in every stage",
      "trains a part of the weights", variation: .adapters)
    consider("half the records or prompts in a step", "other results", variation: .halfBatches)
    remedies = found.sorted { $0.peakBytes < $1.peakBytes }
  }

  /// The refusal, at the stage that needs most.
  ///
  /// - Parameter path: the recipe's.
  public func diagnostic(in path: String) -> Diagnostic? {
    guard let entry = forecast.fullest, let peak = entry.peak else { return nil }
    let parts = peak.memory.largest.prefix(4).map {
      "\($0.part.rawValue) \(ForecastText.bytes($0.bytes))"
    }
    let notes =
      ["at its fullest, \(peak.kind.words): \(parts.joined(separator: ", "))"]
      + remedies.map { remedy in
        let fits = remedy.peakBytes <= available.bytes ? ", which fits" : ""
        return "with \(remedy.change): \(ForecastText.bytes(remedy.peakBytes))\(fits) "
          + "(\(remedy.effect))"
      }
      + forecast.assumptions.map { "assuming \($0)" }
    return Diagnostic(
      RunRequirements.notEnoughMemory,
      "`\(entry.name)` needs about \(ForecastText.bytes(peak.memory.total)) of memory, and "
        + "\(available.limit) has \(ForecastText.bytes(available.bytes))",
      at: entry.span ?? .beginning(of: path), notes: notes,
      help: "change one of these, or run with --ignore-memory", path: entry.name)
  }
}
