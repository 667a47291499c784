import Rewards
import TrainingGraph

/// One response of an evaluation with all that was measured on it: a line of
/// `evaluations/<evaluation>/<stage>.jsonl`, from which every number of an evaluation can be computed
/// again.
public struct EvaluatedItem: Sendable, Codable, Equatable {
  /// What the policy saw besides the question.
  public enum Input: String, Sendable, Codable {
    case video
    /// Its own observation, as text.
    case observation
  }

  public struct Item: Sendable, Codable, Equatable {
    public var problemID: String
    public var problem: String
    public var options: [String]
    public var answer: String
    public var path: String
    public var problemType: String
    public var dataSource: String
    public var family: String
    /// What was retrieved for it, best first; absent where nothing was looked up.
    public var passages: [String]?

    enum CodingKeys: String, CodingKey {
      case problem, options, answer, path, family, passages
      case problemID = "problem_id"
      case problemType = "problem_type"
      case dataSource = "data_source"
    }

    public init(_ item: DataRecord) {
      problemID = item.problemID
      problem = item.problem
      options = item.options
      answer = item.answer
      path = item.path
      problemType = item.problemType
      dataSource = item.dataSource
      family = item.family
      passages = item.passages
    }
  }

  public struct Segment: Sendable, Codable, Equatable {
    /// `found`, `missing`, `unclosed`, …
    public var outcome: String
    /// What is inside; absent where the segment is not complete.
    public var content: String?
    /// Tokens inside; absent where the segment is not complete.
    public var tokens: Int?

    public init(outcome: String, content: String? = nil, tokens: Int? = nil) {
      self.outcome = outcome
      self.content = content
      self.tokens = tokens
    }
  }

  public var evaluation: String
  public var stage: String
  public var step: Int
  /// The place of the record in its data, from 0.
  public var question: Int
  public var input: Input
  /// 0 for the greedy response, from 1 for sampled ones, of which only the format is measured.
  public var sample: Int
  public var item: Item
  public var response: String
  public var tokens: Int
  /// Why it ended: `stop`, or `length` when it was cut.
  public var finish: String
  public var segments: [String: Segment]
  /// What became of the answer; absent for sampled responses.
  public var answered: AnswerOutcome?
  /// `accuracy`, `exact`, `mra`, `format`, `sufficiency`, `lucky`, `mismatch`, `option_mismatch` and
  /// `reward/<name>`, each where it can be measured.
  public var values: [String: Double]
  /// Why a value is absent, or 0 without having been measured.
  public var reasons: [String: String]
  /// For every true time span the best intersection over union of any span of the response; absent
  /// where nothing is grounded.
  public var unions: [Double]?

  public init(
    evaluation: String, stage: String, step: Int, question: Int, input: Input = .video,
    sample: Int = 0, item: Item, response: String, tokens: Int, finish: String,
    segments: [String: Segment] = [:], answered: AnswerOutcome? = nil,
    values: [String: Double] = [:], reasons: [String: String] = [:], unions: [Double]? = nil
  ) {
    self.evaluation = evaluation
    self.stage = stage
    self.step = step
    self.question = question
    self.input = input
    self.sample = sample
    self.item = item
    self.response = response
    self.tokens = tokens
    self.finish = finish
    self.segments = segments
    self.answered = answered
    self.values = values
    self.reasons = reasons
    self.unions = unions
  }
}

extension EvaluatedItem {
  /// The response with its segments, before anything is measured.
  init(
    _ specification: EvaluationSpecification, step: Int, question: Int, input: Input = .video,
    sample: Int = 0, _ item: DataRecord, _ parsed: ParsedResponse
  ) {
    self.init(
      evaluation: specification.name, stage: specification.stage, step: step, question: question,
      input: input, sample: sample, item: Item(item), response: parsed.response.text,
      tokens: parsed.response.tokens.count, finish: parsed.response.truncated ? "length" : "stop",
      segments: Dictionary(
        parsed.segments.map { segment in
          (
            segment.specification.name,
            Segment(
              outcome: segment.outcome.rawValue,
              content: segment.occurrences.isEmpty ? nil : segment.trimmed,
              tokens: segment.isFound ? segment.contentTokenCount : nil)
          )
        }
      ) { first, _ in first },
      values: ["format": parsed.followsTemplate ? 1 : 0])
  }
}

extension EvaluatedItem {
  /// Whether it is the response that is measured in full.
  var isGreedy: Bool { input == .video && sample == 0 }
}

extension ParsedResponse {
  /// Whether every segment is in its place and nothing stands outside.
  var followsTemplate: Bool { segments.allSatisfy(\.isFound) && !strayText }
}
