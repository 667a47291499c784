import Rewards

/// What became of one item of a pipeline: a line of `items.jsonl`.
struct PipelineOutcome: Sendable, Codable, Equatable {
  /// Where an item was dropped, and why.
  struct Drop: Sendable, Codable, Equatable {
    var step: String
    var reason: String
  }

  /// The item's place in its data set, from 0.
  var index: Int
  var problemID: String
  /// How often it was written.
  var attempts: Int
  /// Responses that passed each step.
  var passed: [Int]
  /// Of the last attempt; nil where the item is kept.
  var dropped: Drop?
  /// The item with its trace; nil where it is dropped.
  var record: DataRecord?

  enum CodingKeys: String, CodingKey {
    case index, attempts, passed, dropped, record
    case problemID = "problem_id"
  }
}
