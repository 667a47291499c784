import Foundation
import Trainer

/// One line of `metrics.jsonl`.
public enum MetricRecord: Sendable, Equatable, Decodable {
  case step(StepRecord)
  case evaluation(EvaluationRecord)
  /// Of a policy in training.
  case intermediate(EvaluationRecord)

  private enum CodingKeys: String, CodingKey { case kind }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    switch try container.decode(String.self, forKey: .kind) {
    case "step":
      let record = try StepRecord(from: decoder)
      try NumberRange.check(record.step, "step", atLeast: 1, in: decoder)
      try NumberRange.check(record.of, "of", in: decoder)
      self = .step(record)
    case let kind where kind == "evaluation" || kind == EvaluationRecord.intermediate:
      let record = try EvaluationRecord(from: decoder)
      try NumberRange.check(record.step, "step", in: decoder)
      self = kind == "evaluation" ? .evaluation(record) : .intermediate(record)
    case let kind:
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: [CodingKeys.kind],
          debugDescription: "this program knows no `\(kind)`; a later version may have written it"))
    }
  }
}

/// What `metrics.jsonl` holds, each in the order it happened.
public struct RunMetrics: Sendable, Equatable {
  public var steps: [StepRecord] = []
  /// Of stages' results.
  public var evaluations: [EvaluationRecord] = []
  /// Of policies in training.
  public var intermediate: [EvaluationRecord] = []

  mutating func add(_ record: MetricRecord) {
    switch record {
    case .step(let step): steps.append(step)
    case .evaluation(let evaluation): evaluations.append(evaluation)
    case .intermediate(let evaluation): intermediate.append(evaluation)
    }
  }
}

extension RunDirectory {
  /// The steps and evaluations of `metrics.jsonl`.
  ///
  /// - Throws: `ExperimentError.malformed` with the line.
  public func metrics() throws -> RunMetrics {
    var metrics = RunMetrics()
    try JSONLinesReader.forEach(MetricRecord.self, in: url(of: .metrics)) { metrics.add($0) }
    return metrics
  }

  /// Hands every recorded group of responses to `body`, in the order they happened.
  public func forEachGroup(_ body: (RolloutRecord) throws -> Void) throws {
    try JSONLinesReader.forEach(RolloutRecord.self, in: url(of: .rollouts), body)
  }
}
