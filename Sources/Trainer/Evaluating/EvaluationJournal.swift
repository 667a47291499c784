import Rewards

/// Some neighbouring questions of an evaluation, with all that was measured on them.
public struct EvaluationPart: Sendable, Codable, Equatable {
  /// The places of the first question and of the one after the last, in their data, from 0.
  public var questions: Range<Int>
  public var items: [EvaluatedItem]
  /// Tokens that were generated for them, those of rewards included.
  public var generatedTokens: Int

  enum CodingKeys: String, CodingKey {
    case questions, items
    case generatedTokens = "generated_tokens"
  }

  public init(questions: Range<Int>, items: [EvaluatedItem], generatedTokens: Int) {
    self.questions = questions
    self.items = items
    self.generatedTokens = generatedTokens
  }
}

/// Keeps the parts of an evaluation that are done, so that one that was stopped goes on with the rest.
public protocol EvaluationJournal: Sendable {
  /// The parts that an earlier process has kept, in the order they were done.
  ///
  /// - Parameter digest: of the node of the evaluation, so that another one is not gone on from.
  func parts(digest: String) throws -> [EvaluationPart]
  /// Keeps one more; it is on the disk when this returns.
  func keep(_ part: EvaluationPart, digest: String) throws
}

extension [EvaluationPart] {
  /// The parts that follow one another from the first question on, as far as they are of these records: what two
  /// processes have kept at the same time is there twice.
  func first(of records: [DataRecord]) -> [EvaluationPart] {
    var parts: [EvaluationPart] = []
    for part in self where part.questions.lowerBound == parts.last?.questions.upperBound ?? 0 {
      guard !part.questions.isEmpty, part.questions.upperBound <= records.count,
        part.items.allSatisfy({ item in
          part.questions.contains(item.question)
            && item.item == EvaluatedItem.Item(records[item.question])
        })
      else { break }
      parts.append(part)
    }
    return parts
  }
}
