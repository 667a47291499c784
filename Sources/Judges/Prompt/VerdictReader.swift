import RecipeLanguage
import Rewards

/// How an answer becomes a score: strictly. What is not exactly a verdict of the declared form is a
/// failure of the judge, never a score.
struct VerdictReader: Sendable, Hashable {
  /// What may stand as a verdict.
  enum Values: Sendable, Hashable {
    /// Words with their scores.
    case labels([String: Double])
    /// A number between these, both included; mapped to 0 to 1.
    case range(lower: Double, upper: Double)
    /// Any text but none: what a generator writes, which has no score.
    case text
  }

  /// The tag around the verdict, or the key of the verdict in a structured answer; empty where the
  /// whole answer is meant.
  let tag: String
  let values: Values
  /// Whether the server is asked for an object in place of text.
  let isStructured: Bool

  /// The key of the judge's reason in a structured answer.
  static let reason = "reason"

  var canonicalText: String {
    let values =
      switch values {
      case .labels(let labels):
        labels.sorted { $0.key < $1.key }.map { "\($0.key.utf8.count) \($0.key) \($0.value)" }
          .joined(separator: " ")
      case .range(let lower, let upper): "from \(lower) to \(upper)"
      case .text: "text"
      }
    return "\(isStructured ? "object" : "tag") \(tag) \(values)"
  }

  /// The verdict of an answer.
  ///
  /// - Throws: `JudgeFailure` with cause `parse`.
  func verdict(of answer: String) throws(JudgeFailure) -> JudgeVerdict {
    if tag.isEmpty { return try verdict(of: Self.trimmed(answer), reason: "") }
    return isStructured ? try object(answer) : try tagged(answer)
  }

  /// Text whose last `<tag>…</tag>` holds the verdict; what stands before it is the reason.
  private func tagged(_ answer: String) throws(JudgeFailure) -> JudgeVerdict {
    let (open, close) = ("<\(tag)>", "</\(tag)>")
    guard let start = answer.ranges(of: open).last else {
      throw JudgeFailure(.parse, "the answer has no \(open): \(Self.excerpt(answer))")
    }
    guard let end = answer[start.upperBound...].firstRange(of: close) else {
      throw JudgeFailure(.parse, "the last \(open) of the answer is not closed")
    }
    let content = String(answer[start.upperBound..<end.lowerBound])
    return try verdict(
      of: Self.trimmed(content), reason: Self.trimmed(String(answer[..<start.lowerBound])))
  }

  /// `{"<tag>": …, "reason": "…"}` and nothing else.
  private func object(_ answer: String) throws(JudgeFailure) -> JudgeVerdict {
    guard let members = (try? JSONText.parse(Array(answer.utf8)))?.objectValue else {
      throw JudgeFailure(.parse, "the answer is no JSON object: \(Self.excerpt(answer))")
    }
    if let key = members.keys.sorted().first(where: { $0 != tag && $0 != Self.reason }) {
      throw JudgeFailure(.parse, "the answer has a key `\(key)` that was not asked for")
    }
    var reason = ""
    if let value = members[Self.reason] {
      guard let text = value.stringValue else {
        throw JudgeFailure(.parse, "`\(Self.reason)` of the answer is no text")
      }
      reason = text
    }
    switch (members[tag], values) {
    case (.string(let label)?, .labels), (.string(let label)?, .text):
      return try verdict(of: label, reason: reason)
    case (.number(let number)?, .range): return try verdict(of: "\(number)", reason: reason)
    case (nil, _): throw JudgeFailure(.parse, "the answer has no `\(tag)`")
    case (_?, .labels): throw JudgeFailure(.parse, "`\(tag)` of the answer is no word")
    case (_?, .text): throw JudgeFailure(.parse, "`\(tag)` of the answer is no text")
    case (_?, .range): throw JudgeFailure(.parse, "`\(tag)` of the answer is no number")
    }
  }

  private func verdict(of text: String, reason: String) throws(JudgeFailure) -> JudgeVerdict {
    switch values {
    case .labels(let labels):
      guard let score = labels[text] else {
        let known = labels.keys.sorted().map { "\"\($0)\"" }.joined(separator: ", ")
        throw JudgeFailure(.parse, "the verdict is \(Self.excerpt(text)), none of \(known)")
      }
      return JudgeVerdict(score: score, label: text, explanation: reason)
    case .range(let lower, let upper):
      guard let number = Double(text), number.isFinite else {
        throw JudgeFailure(.parse, "the verdict is \(Self.excerpt(text)), no number")
      }
      guard (lower...upper).contains(number) else {
        throw JudgeFailure(.parse, "the verdict \(number) is outside \(lower) to \(upper)")
      }
      return JudgeVerdict(
        score: (number - lower) / (upper - lower), label: Self.short(number), explanation: reason)
    case .text:
      guard !text.isEmpty else { throw JudgeFailure(.parse, "the answer is empty") }
      return JudgeVerdict(score: 0, label: "text", explanation: text)
    }
  }

  /// A number without a fraction that it does not have.
  static func short(_ number: Double) -> String {
    Int(exactly: number).map(String.init) ?? "\(number)"
  }

  /// The start of a text, in quotes, for messages.
  static func excerpt(_ text: String) -> String {
    let line = text.prefix(80).replacing("\n", with: " ")
    return text.isEmpty ? "nothing" : "\"\(line)\(text.count > 80 ? "…" : "")\""
  }

  private static func trimmed(_ text: String) -> String {
    let start = text.drop(while: \.isWhitespace)
    guard let end = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...end])
  }
}

extension VerdictReader {
  /// The `verdict` of a recipe, as `VerdictForm.check` has let it through.
  init(_ settings: Record) throws {
    let tag = try settings.string("tag")
    let isStructured = settings.optionalString("form") == "object"
    if let range = settings.optionalNumbers("range"), range.count == 2 {
      self.init(
        tag: tag, values: .range(lower: range[0], upper: range[1]), isStructured: isStructured)
    } else {
      let labels = try settings.record("labels")
      var scores: [String: Double] = [:]
      for label in labels.keys { scores[label] = try labels.number(label) }
      self.init(tag: tag, values: .labels(scores), isStructured: isStructured)
    }
  }

  /// The form of a structured answer, as JSON Schema.
  var jsonSchema: JSONValue {
    let verdict: [String: JSONValue] =
      switch values {
      case .labels(let labels):
        ["type": .string("string"), "enum": .array(labels.keys.sorted().map { .string($0) })]
      case .range(let lower, let upper):
        [
          "type": .string("number"),
          "description": .string("from \(Self.short(lower)) to \(Self.short(upper))"),
        ]
      case .text: ["type": .string("string")]
      }
    return .object([
      "type": .string("object"),
      "properties": .object([
        tag: .object(verdict),
        Self.reason: .object(["type": .string("string")]),
      ]),
      "required": .array([.string(Self.reason), .string(tag)]),
      "additionalProperties": .bool(false),
    ])
  }
}
