import Foundation
import Trainer

/// What a run recorded, in files of other programs.
public enum RunExport {
  /// Writes `steps.csv` and `evaluations.csv`, and `intermediate.csv` where policies in training were evaluated.
  ///
  /// - Returns: the files.
  /// - Throws: `ExperimentError.nothingRecorded`, `.malformed`, `.cannotWrite`, `.diskFull`.
  public static func writeTables(of run: RunDirectory, into folder: URL) throws -> [URL] {
    let metrics = try recorded(run)
    var files = [
      ("steps.csv", CommaSeparated.steps(metrics.steps)),
      ("evaluations.csv", CommaSeparated.evaluations(metrics.evaluations)),
    ]
    if !metrics.intermediate.isEmpty {
      files.append(("intermediate.csv", CommaSeparated.evaluations(metrics.intermediate)))
    }
    return try write(files.map { ($0, Data($1.utf8)) }, into: folder)
  }

  /// Writes `<run>/events.out.tfevents.…` for TensorBoard: a scalar `<stage>/<metric>` for every number of a step,
  /// at that step of its stage, and `<evaluation>/<metric>` for every number of an evaluation, at the steps of
  /// all stages up to it.
  ///
  /// The metrics of a run hold no times, so that equal runs are equal: every event has the time at which the
  /// last of them was written. The same run makes the same file.
  ///
  /// - Returns: the file.
  /// - Throws: `ExperimentError.nothingRecorded`, `.malformed`, `.cannotWrite`, `.diskFull`.
  public static func writeEvents(of run: RunDirectory, into folder: URL) throws -> [URL] {
    let metrics = try recorded(run)
    let attributes = try? FileManager.default.attributesOfItem(atPath: run.url(of: .metrics).path)
    let time = ((attributes?[.modificationDate] as? Date)?.timeIntervalSince1970 ?? 0).rounded(
      .down)
    var file = TensorBoardEvent.version(at: time).record
    for event in events(
      metrics.steps, metrics.intermediate + metrics.evaluations, stages: try stages(run), at: time)
    {
      file += event.record
    }
    let name = "events.out.tfevents.\(Int(time)).sousvide"
    return try write([(name, file)], into: folder.appendingPathComponent(run.name))
  }

  static func events(
    _ steps: [StepRecord], _ evaluations: [EvaluationRecord], stages: [(name: String, steps: Int)],
    at time: Double
  ) -> [TensorBoardEvent] {
    var before: [String: Int] = [:]
    var total = 0
    for stage in stages {
      before[stage.name] = total
      total += stage.steps
    }
    func event(_ step: Int, _ prefix: String, _ values: [String: Double]) -> TensorBoardEvent {
      let scalars = values.sorted { $0.key < $1.key }.map {
        (tag: "\(prefix)/\($0.key)", value: $0.value)
      }
      return TensorBoardEvent(wallTime: time, step: step, content: .scalars(scalars))
    }
    return steps.map { event($0.step, $0.stage, $0.values) }
      + evaluations.map { event((before[$0.stage] ?? 0) + $0.step, $0.evaluation, $0.values) }
  }

  private static func stages(_ run: RunDirectory) throws -> [(name: String, steps: Int)] {
    (try run.read(RunSummary.self, from: .summary)?.stages ?? []).map { ($0.name, $0.steps) }
  }

  private static func recorded(_ run: RunDirectory) throws -> RunMetrics {
    let metrics = try run.metrics()
    guard !metrics.steps.isEmpty || !metrics.evaluations.isEmpty else {
      throw ExperimentError.nothingRecorded(path: run.url.path)
    }
    return metrics
  }

  private static func write(_ files: [(String, Data)], into folder: URL) throws -> [URL] {
    try RunDirectory.makeFolder(folder)
    return try files.map { name, data in
      let url = folder.appendingPathComponent(name)
      try AtomicFile.write(data, to: url)
      return url
    }
  }
}
