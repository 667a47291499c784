import Database
import Rewards

/// One answer as the tape keeps it.
public struct TapeAnswer: Sendable, Hashable, Codable {
  /// The digest of the question.
  public var key: String
  /// The judge's name in the recipe that asked first.
  public var judge: String
  public var model: String
  /// Common to all questions with the same model, prompt, sampling and form of the verdict.
  public var prompt: String
  /// What the judge was shown.
  public var shown: [JudgeRequest.Field]
  /// As the model gave it.
  public var answer: String
  public var verdict: JudgeVerdict
  public var usage: TokenUsage
}

extension TapeAnswer {
  static let columns = [
    "key", "judge", "model", "prompt", "shown", "answer", "label", "score", "explanation",
    "input_tokens", "output_tokens",
  ]

  var values: [SQLiteDatabase.Value] {
    get throws {
      let fields = shown.map { JSONValue.array([.string($0.path), .string($0.text)]) }
      return [
        .text(key), .text(judge), .text(model), .text(prompt),
        .text(try JSONText.write(.array(fields))), .text(answer), .text(verdict.label),
        .real(verdict.score), .text(verdict.explanation), .integer(usage.input),
        .integer(usage.output),
      ]
    }
  }

  /// SHA-256 over all columns, with lengths before texts: what a row is checked by when it is read.
  static func digest(of values: [SQLiteDatabase.Value]) -> String {
    let texts = values.map { value in
      switch value {
      case .null: "null"
      case .integer(let number): "integer \(number)"
      case .real(let number): "real \(number)"
      case .text(let text): "text \(text.utf8.count) \(text)"
      }
    }
    return ContentDigest.sha256(texts.joined(separator: "\n"))
  }

  /// Nil for a row that is not as this program has written it.
  ///
  /// - Parameter row: the columns, and where the tape has one the digest after them.
  init?(_ row: [SQLiteDatabase.Value]) {
    let values = Array(row.prefix(Self.columns.count))
    let digest = row.count > values.count ? row[values.count] : .null
    guard values.count == Self.columns.count,
      digest == .null || digest.text == Self.digest(of: values),
      let key = row[0].text, let judge = row[1].text, let model = row[2].text,
      let prompt = row[3].text, let shown = row[4].text.flatMap(Self.fields),
      let answer = row[5].text, let label = row[6].text, let score = row[7].real,
      let explanation = row[8].text, let input = row[9].integer, let output = row[10].integer,
      (0...1).contains(score)
    else { return nil }
    self.init(
      key: key, judge: judge, model: model, prompt: prompt, shown: shown, answer: answer,
      verdict: JudgeVerdict(score: score, label: label, explanation: explanation),
      usage: TokenUsage(input: input, output: output))
  }

  private static func fields(_ text: String) -> [JudgeRequest.Field]? {
    guard let pairs = (try? JSONText.parse(Array(text.utf8)))?.arrayValue else { return nil }
    let fields = pairs.compactMap { pair -> JudgeRequest.Field? in
      guard let parts = pair.arrayValue, parts.count == 2, let path = parts[0].stringValue,
        let text = parts[1].stringValue
      else { return nil }
      return JudgeRequest.Field(path: path, text: text)
    }
    return fields.count == pairs.count ? fields : nil
  }
}
