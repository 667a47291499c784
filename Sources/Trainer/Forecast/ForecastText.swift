import Foundation
import TensorEngine

/// A forecast in words: a table of stages and evaluations, and what fills memory where it is fullest.
public struct ForecastText {
  let forecast: RunForecast
  let rates: MachineRates

  public init(_ forecast: RunForecast, rates: MachineRates) {
    self.forecast = forecast
    self.rates = rates
  }

  public var text: String {
    var lines = [
      "memory, work and time: estimates for \(forecast.settings.threads) "
        + "thread\(forecast.settings.threads == 1 ? "" : "s") that multiply and add at "
        + "\(Self.operations(rates.operationsPerSecond))/s and read "
        + "\(Self.gigabytes(rates.bytesPerSecond))/s (measured now), products at "
        + "\(Int(ForecastWork.shareOfPeak * 100)) % of that, responses as long as they may be", "",
    ]
    lines += table
    if let fullest = forecast.fullest, let peak = fullest.peak {
      let parts = peak.memory.largest.filter { $0.bytes * 100 >= peak.memory.total }
        .map { "\($0.part.rawValue) \(Self.bytes($0.bytes))" }
      lines += [
        "", "most memory: \(fullest.name), \(peak.kind.words): \(Self.bytes(peak.memory.total))",
        "  " + parts.joined(separator: ", "),
      ]
    }
    if !forecast.assumptions.isEmpty { lines.append("assuming") }
    lines += forecast.assumptions.map { "  \($0)" }
    return lines.joined(separator: "\n")
  }

  private var table: [String] {
    var rows = [["", "peak memory", "when", "a step", "", "steps", "all", ""]]
    for entry in forecast.entries {
      let seconds = entry.work.seconds(rates)
      let whole = entry.algorithm == "evaluation" || entry.algorithm == "pipeline"
      rows.append([
        entry.name, entry.peak.map { Self.bytes($0.memory.total) } ?? "",
        entry.peak?.kind.words ?? "",
        whole ? "" : Self.operations(entry.work.totalOperations),
        whole ? "" : Self.duration(seconds), whole ? "" : entry.steps.map(String.init) ?? "?",
        entry.steps.map { Self.operations(entry.work.totalOperations * Double($0)) } ?? "?",
        entry.steps.map { Self.duration(seconds * Double($0)) } ?? "?",
      ])
    }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = row.indices.map { column in
        let padding = String(repeating: " ", count: widths[column] - row[column].count)
        return column == 0 || column == 2 ? row[column] + padding : padding + row[column]
      }
      var line = "  " + cells.joined(separator: "   ")
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  // MARK: - Quantities

  /// `412 MiB`, `13.2 GiB`.
  public static func bytes(_ bytes: Int) -> String {
    let mebibytes = Double(bytes) / Double(1 << 20)
    return mebibytes < 1000 ? "\(short(mebibytes)) MiB" : "\(short(mebibytes / 1024)) GiB"
  }

  static func operations(_ count: Double) -> String {
    for (unit, size) in [("PFLOP", 1e15), ("TFLOP", 1e12), ("GFLOP", 1e9)] where count >= size {
      return "\(short(count / size)) \(unit)"
    }
    return "\(short(count / 1e6)) MFLOP"
  }

  private static func gigabytes(_ bytes: Double) -> String { "\(short(bytes / 1e9)) GB" }

  /// `38 ms`, `4.2 s`, `12 min`, `3.1 h`, `5.0 days`.
  public static func duration(_ seconds: Double) -> String {
    if seconds < 1 { return "\(short(seconds * 1000)) ms" }
    if seconds < 100 { return "\(short(seconds)) s" }
    if seconds < 6000 { return "\(short(seconds / 60)) min" }
    return seconds < 200_000 ? "\(short(seconds / 3600)) h" : "\(short(seconds / 86_400)) days"
  }

  /// Three digits, and no more than one decimal below ten.
  private static func short(_ value: Double) -> String {
    String(format: value < 9.95 ? "%.1f" : "%.0f", locale: Locale(identifier: "en_US_POSIX"), value)
  }
}

extension ForecastMoment.Kind {
  var words: String {
    switch self {
    case .asking: "while asking models"
    case .sampling: "while sampling"
    case .reference: "while scoring"
    case .update: "while updating"
    case .saving: "while saving"
    }
  }
}

/// A forecast for programs: the value of `forecast` in `plan --format json`.
public struct ForecastDocument: Encodable {
  struct Entry: Encodable {
    var name, algorithm: String
    var steps: Int?
    var peakBytes: Int
    var fullestMoment: String
    /// Bytes by moment and by what they are for.
    var moments: [String: [String: Int]]
    var operationsPerStep, secondsPerStep: Double
    var operations, seconds: Double?
  }

  struct Machine: Encodable {
    var threads: Int
    var operationsPerSecond, bytesPerSecond, shareOfPeak: Double
  }

  var schema = "sousvide.forecast/1"
  var machine: Machine
  var peakBytes: Int
  var entries: [Entry]
  var assumptions: [String]

  public init(_ forecast: RunForecast, rates: MachineRates) {
    machine = Machine(
      threads: forecast.settings.threads, operationsPerSecond: rates.operationsPerSecond,
      bytesPerSecond: rates.bytesPerSecond, shareOfPeak: ForecastWork.shareOfPeak)
    peakBytes = forecast.peakBytes
    assumptions = forecast.assumptions
    entries = forecast.entries.map { entry in
      let seconds = entry.work.seconds(rates)
      let moments = entry.moments.map { moment in
        let parts = moment.memory.bytes.map { ($0.key.rawValue, $0.value) }
        return (moment.kind.rawValue, Dictionary(uniqueKeysWithValues: parts))
      }
      return Entry(
        name: entry.name, algorithm: entry.algorithm, steps: entry.steps,
        peakBytes: entry.peak?.memory.total ?? 0, fullestMoment: entry.peak?.kind.rawValue ?? "",
        moments: Dictionary(moments) { $1 }, operationsPerStep: entry.work.totalOperations,
        secondsPerStep: seconds,
        operations: entry.steps.map { entry.work.totalOperations * Double($0) },
        seconds: entry.steps.map { seconds * Double($0) })
    }
  }

  private enum CodingKeys: String, CodingKey {
    case schema, machine, peakBytes = "peak_bytes", entries, assumptions
  }
}

extension ForecastDocument.Entry {
  private enum CodingKeys: String, CodingKey {
    case name, algorithm, steps, moments, operations, seconds
    case peakBytes = "peak_bytes"
    case fullestMoment = "fullest_moment"
    case operationsPerStep = "operations_per_step"
    case secondsPerStep = "seconds_per_step"
  }
}

extension ForecastDocument.Machine {
  private enum CodingKeys: String, CodingKey {
    case threads
    case operationsPerSecond = "operations_per_second"
    case bytesPerSecond = "bytes_per_second"
    case shareOfPeak = "share_of_peak"
  }
}
