import Foundation
import Rewards
import Trainer

/// A step as the trace has it.
public struct RecordedStep: Sendable {
  let line: TracedStep
  /// All that the step reported, from `metrics.jsonl`.
  let metrics: [String: Double]
  public let trace: StepTrace
}

/// The trace of a run, read step by step: traces can be larger than memory.
public final class TraceFile: RecordedSteps, Sendable {
  private struct Place: Hashable {
    var stage: String
    var step: Int
  }

  private let url: URL
  private let data: Data
  private let pieces: [Int: [UInt8]]
  let items: [String: [Int: DataRecord]]
  private let lines: [Place: (range: Range<Int>, number: Int)]
  private let metrics: [Place: [String: Double]]
  /// The stages whose steps the run made itself, in order, with how many there are.
  public let stages: [(name: String, steps: Int)]
  let evaluations: [TracedEvaluation]
  let finishes: [TracedFinish]

  /// - Throws: `ExperimentError.nothingRecorded` without a trace, `.malformed` with the line, `.cannotRead`.
  public init(_ run: RunDirectory) throws {
    guard run.contains(.trace) else { throw ExperimentError.nothingRecorded(path: run.url.path) }
    url = run.url(of: .trace)
    var pieces: [Int: [UInt8]] = [:]
    var items: [String: [Int: DataRecord]] = [:]
    var lines: [Place: (range: Range<Int>, number: Int)] = [:]
    var stages: [(name: String, steps: Int)] = []
    var evaluations: [TracedEvaluation] = []
    var finishes: [TracedFinish] = []
    data = try JSONLinesReader.scan(TraceLine.self, in: url) { line, place in
      switch line {
      case .pieces(let line):
        for (token, bytes) in line.pieces { pieces[Int(token) ?? -1] = [UInt8](bytes) }
      case .item(let line): items[line.data, default: [:]][line.record] = line.item
      case .step(let line):
        lines[Place(stage: line.stage, step: line.step)] = (place.range, place.number)
        if stages.last?.name == line.stage {
          stages[stages.count - 1].steps = line.step
        } else {
          stages.append((line.stage, line.step))
        }
      case .evaluation(let line): evaluations.append(line)
      case .finish(let line): finishes.append(line)
      }
      return true
    }
    self.pieces = pieces
    self.items = items
    self.lines = lines
    self.stages = stages
    self.evaluations = evaluations
    self.finishes = finishes
    metrics = Dictionary(
      try run.metrics().steps.map { (Place(stage: $0.stage, step: $0.step), $0.values) }
    ) { _, last in last }
  }

  public func step(_ step: Int, of stage: String) throws -> StepTrace {
    try recorded(step, of: stage).trace
  }

  /// A step that is what the run recorded: its layers and the chain have the digests that are written with
  /// them.
  ///
  /// - Throws: `ReplayError.noStep`, `.damaged` with the line and the layer.
  public func recorded(_ step: Int, of stage: String) throws -> RecordedStep {
    let place = Place(stage: stage, step: step)
    guard let (range, number) = lines[place] else {
      throw ReplayError.noStep(step, stage: stage, file: url.path)
    }
    let line: TracedStep
    let trace: StepTrace
    do {
      line = try JSONDecoder().decode(TracedStep.self, from: data[range])
      let known = items[line.data] ?? [:]
      trace = try line.trace(item: { known[$0] }, piece: { pieces[$0] })
    } catch {
      throw ExperimentError.malformed(file: url.path, line: number, reason: "\(error)")
    }
    guard let metrics = metrics[place] else {
      throw ReplayError.damaged(
        file: url.path, line: number, stage: stage, step: step,
        what: "\(RunFile.metrics.rawValue) has no line for it")
    }
    let items = zip(trace.records, trace.groups).map {
      TracedItem(data: trace.data, record: $0, item: $1.item)
    }
    let digests = try StepDigests(line, items: items, metrics: metrics)
    for layer in StepDigests.Layer.allCases where digests[layer] != line.digests[layer] {
      throw ReplayError.damaged(
        file: url.path, line: number, stage: stage, step: step,
        what: "its \(layer.rawValue) are not those that the run recorded")
    }
    let previous = try step > 1 ? chain(step - 1, of: stage) : nil
    guard line.chain == digests.chain(after: previous) else {
      throw ReplayError.damaged(
        file: url.path, line: number, stage: stage, step: step,
        what: "it does not follow from the step before it")
    }
    return RecordedStep(line: line, metrics: metrics, trace: trace)
  }

  /// The digest of a stage's steps up to this one; nil where the step is not there.
  func chain(_ step: Int, of stage: String) throws -> String? {
    guard let (range, _) = lines[Place(stage: stage, step: step)] else { return nil }
    return try JSONDecoder().decode(TraceHead.self, from: data[range]).chain
  }
}
