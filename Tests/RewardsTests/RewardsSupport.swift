import Foundation
import Testing

@testable import RecipeLanguage
@testable import Rewards

/// The three segments of VIDEOP2R.
let videoSegments = [
  SegmentSpecification(name: "observation", process: "perception"),
  SegmentSpecification(name: "think", process: "reasoning"),
  SegmentSpecification(name: "answer", process: "reasoning"),
]

/// A response whose tokens are the given pieces.
func response(
  _ pieces: [String], endToken: Bool = false, truncated: Bool = false
) throws -> Response {
  try Response(
    tokens: Array(pieces.indices), pieces: pieces.map { Array($0.utf8) }, endToken: endToken,
    truncated: truncated)
}

/// A parsed response: one token per byte of `text`, then an end token unless it is cut.
func parsed(
  _ text: String, truncated: Bool = false, segments: [SegmentSpecification] = videoSegments
) throws -> ParsedResponse {
  let bytes = text.utf8.map { [$0] } + (truncated ? [] : [Array("<|im_end|>".utf8)])
  let response = try Response(
    tokens: Array(bytes.indices), pieces: bytes, endToken: !truncated, truncated: truncated)
  return try SegmentParser(segments).parse(response)
}

/// A complete response in the VIDEOP2R layout.
func complete(_ observation: String, _ think: String, _ answer: String) throws -> ParsedResponse {
  try parsed(
    "<observation>\(observation)</observation> <think>\(think)</think><answer>\(answer)</answer>")
}

func record(
  _ answer: String, type: String = "multiple choice", extra: [String: JSONValue] = [:]
) -> DataRecord {
  DataRecord(
    problemID: "7", problem: "which way does it move ?", options: ["left", "up"], answer: answer,
    path: "clips/7.mp4", problemType: type, extra: extra)
}

func group(_ answer: String, _ responses: [ParsedResponse]) -> RewardGroup {
  RewardGroup(item: record(answer), responses: responses)
}

/// A gate as the language reads it; every name counts as declared.
func gate(_ text: String) throws -> RecipeLanguage.Expression {
  let scope = ExpressionScope(.gate) { .value($0.hasPrefix("item.") ? .column : .number()) }
  return try #require(Expression.parse(text, as: .boolean, in: scope).expression)
}

/// Checks numbers to the digits that were printed.
func expectEqual(
  _ found: [Double], _ expected: [Double], within tolerance: Double = 5e-7,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(found.count == expected.count, sourceLocation: sourceLocation)
  for (index, (a, b)) in zip(found, expected).enumerated() {
    #expect(
      abs(a - b) <= tolerance, "element \(index): \(a), expected \(b)",
      sourceLocation: sourceLocation)
  }
}

/// A reward kind that gives out fixed outcomes by the first letter of the observation.
struct FixedReward: RewardKind {
  var table: [Character: RewardOutcome]

  static let schema = KindSchema("fixed", summary: "outcomes by the observation's first letter")
  init(_ table: [Character: RewardOutcome]) { self.table = table }
  init(name: String, settings: Record, context: RewardContext) throws { self.init([:]) }
  var signature: RewardSignature {
    RewardSignature(range: 0...1, support: nil, reads: ["observation"], isPure: true)
  }
  func evaluate(
    _ group: RewardGroup, prior: [String: [RewardOutcome]]
  ) async throws -> [RewardOutcome] {
    group.responses.map { response in
      response.segment("observation")?.trimmed.first.flatMap { table[$0] } ?? .value(0)
    }
  }
}

/// A judge that says yes to observations that hold a word, fails on others, and counts its calls.
actor WordJudge: Judge {
  struct Outage: Error, CustomStringConvertible { let description = "no connection" }
  let word: String
  let failsOn: String
  private(set) var requests: [JudgeRequest] = []

  init(word: String, failsOn: String = "(never)") {
    self.word = word
    self.failsOn = failsOn
  }

  func verdict(_ request: JudgeRequest) async throws -> JudgeVerdict {
    requests.append(request)
    let text = request["segment.observation"] ?? ""
    if text.contains(failsOn) { throw Outage() }
    let isYes = text.contains(word)
    return JudgeVerdict(score: isYes ? 1 : 0, label: isYes ? "Yes" : "No")
  }
}
