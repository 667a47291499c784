import Foundation
import Trainer

/// One line of `metrics.jsonl`.
public enum MetricRecord: Sendable, Equatable, Decodable {
  case step(StepRecord)
  case evaluation(EvaluationRecord)

  private enum CodingKeys: String, CodingKey { case kind }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    switch try container.decode(String.self, forKey: .kind) {
    case "step": self = .step(try StepRecord(from: decoder))
    case "evaluation": self = .evaluation(try EvaluationRecord(from: decoder))
    case let kind:
      throw DecodingError.dataCorrupted(
        .init(codingPath: [CodingKeys.kind], debugDescription: "unknown kind '\(kind)'"))
    }
  }
}

extension RunDirectory {
  /// The steps and evaluations of `metrics.jsonl`, each in the order they happened.
  ///
  /// - Throws: `ExperimentError.malformed` with the line.
  public func metrics() throws -> (steps: [StepRecord], evaluations: [EvaluationRecord]) {
    var steps: [StepRecord] = []
    var evaluations: [EvaluationRecord] = []
    try JSONLinesReader.forEach(MetricRecord.self, in: url(of: .metrics)) { record in
      switch record {
      case .step(let step): steps.append(step)
      case .evaluation(let evaluation): evaluations.append(evaluation)
      }
    }
    return (steps, evaluations)
  }

  /// Hands every recorded group of responses to `body`, in the order they happened.
  public func forEachGroup(_ body: (RolloutRecord) throws -> Void) throws {
    try JSONLinesReader.forEach(RolloutRecord.self, in: url(of: .rollouts), body)
  }
}
