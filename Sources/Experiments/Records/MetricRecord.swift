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
    case "step": self = .step(try StepRecord(from: decoder))
    case "evaluation": self = .evaluation(try EvaluationRecord(from: decoder))
    case EvaluationRecord.intermediate:
      self = .intermediate(try EvaluationRecord(from: decoder))
    case let kind:
      throw DecodingError.dataCorrupted(
        .init(codingPath: [CodingKeys.kind], debugDescription: "unknown kind '\(kind)'"))
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
