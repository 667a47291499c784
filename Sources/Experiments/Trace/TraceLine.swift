import Foundation
import Models
import Rewards
import Trainer

/// One line of `trace.jsonl`, which holds all that a run's steps were made of.
enum TraceLine {
  /// The bytes of tokens that the steps below use.
  case pieces(TracedPieces)
  /// A record that the steps below use.
  case item(TracedItem)
  case step(TracedStep)
  case evaluation(TracedEvaluation)
  case finish(TracedFinish)
}

/// The bytes of tokens, by token.
struct TracedPieces: Codable, Equatable {
  var kind = "pieces"
  var pieces: [String: Data]
}

/// A record of a data set, under its place there.
struct TracedItem: Codable, Equatable {
  var kind = "item"
  var data: String
  var record: Int
  var item: DataRecord
}

/// One step. Segments are ranges of tokens, advantages runs of equal ones.
struct TracedStep: Codable, Equatable {
  struct Response: Codable, Equatable {
    var tokens: [Int]
    /// `end` by its end token, `stop` by the text that stops it, `length` when it was cut.
    var finish: String
    /// As 32-bit floats, least significant byte first.
    var logProbabilities: Data
    var segments: [String: Segment]
    var rewards: [String: Reward]
    /// Number of tokens and their advantage, from the first token on.
    var advantages: [[Double]]

    enum CodingKeys: String, CodingKey {
      case tokens, finish, segments, rewards, advantages
      case logProbabilities = "log_probabilities"
    }
  }

  struct Segment: Codable, Equatable {
    var outcome: SegmentOutcome
    /// First token and the one after the last, for every occurrence.
    var tokens: [[Int]]
  }

  /// A reward's value, or why there is none.
  struct Reward: Codable, Equatable {
    var value: Double?
    var because: String?
    var abstained: String?
    var failed: String?
  }

  /// A response that the policy wrote besides.
  struct Writing: Codable, Equatable {
    var tokens: [Int]
    var finish: String
  }

  struct Group: Codable, Equatable {
    var responses: [Response]
    var material: [[Writing?]]?
    var dropped: String?
  }

  var kind = "step"
  var stage: String
  var step: Int
  var data: String
  /// Records of the data.
  var available: Int
  /// The places of the step's records.
  var records: [Int]
  var groups: [Group]?
  var sampling: [String: Double]?
  var digests: StepDigests
  /// The digest of the stage's steps up to this one.
  var chain: String
}

/// An evaluation: the digests of what it said and of every response in it.
struct TracedEvaluation: Codable, Equatable {
  /// That of its `EvaluationRecord`.
  var kind: String
  var stage: String
  var evaluation: String
  var step: Int
  var items: String
  var metrics: String
}

/// The end of a stage.
struct TracedFinish: Codable, Equatable {
  var kind = "finish"
  var stage: String
  /// SHA-256 over the weights, or the records of a pipeline.
  var digest: String
}

extension TraceLine: Codable {
  private enum CodingKeys: String, CodingKey { case kind }

  init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    switch try container.decode(String.self, forKey: .kind) {
    case "pieces": self = .pieces(try TracedPieces(from: decoder))
    case "item":
      let line = try TracedItem(from: decoder)
      try NumberRange.check(line.record, "record", in: decoder)
      self = .item(line)
    case "step":
      let line = try TracedStep(from: decoder)
      try NumberRange.check(line.step, "step", atLeast: 1, in: decoder)
      try NumberRange.check(line.available, "available", atLeast: 1, in: decoder)
      self = .step(line)
    case "evaluation", EvaluationRecord.intermediate:
      let line = try TracedEvaluation(from: decoder)
      try NumberRange.check(line.step, "step", in: decoder)
      self = .evaluation(line)
    case "finish": self = .finish(try TracedFinish(from: decoder))
    case let kind:
      throw DecodingError.dataCorrupted(
        .init(
          codingPath: [CodingKeys.kind],
          debugDescription: "this program knows no `\(kind)`; a later version may have written it"))
    }
  }

  func encode(to encoder: any Encoder) throws {
    switch self {
    case .pieces(let line): try line.encode(to: encoder)
    case .item(let line): try line.encode(to: encoder)
    case .step(let line): try line.encode(to: encoder)
    case .evaluation(let line): try line.encode(to: encoder)
    case .finish(let line): try line.encode(to: encoder)
    }
  }
}

extension TracedEvaluation {
  init(_ record: EvaluationRecord, _ items: [EvaluatedItem]) throws {
    self.init(
      kind: record.kind, stage: record.stage, evaluation: record.evaluation, step: record.step,
      items: try CanonicalJSON.digest(items), metrics: try CanonicalJSON.digest(record.values))
  }

  /// Whether it is of the same policy by the same questions.
  func isSame(as other: TracedEvaluation) -> Bool {
    kind == other.kind && stage == other.stage && evaluation == other.evaluation
      && step == other.step
  }
}
