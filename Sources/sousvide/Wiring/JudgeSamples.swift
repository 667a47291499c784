import Experiments
import Foundation
import Judges
import Models
import RecipeLanguage
import Rewards
import Trainer

/// One verdict with what the judge was shown.
struct JudgeSample: Hashable {
  var request: JudgeRequest
  var verdict: JudgeVerdict
  /// Which video or picture it was shown, where it was shown one.
  var media: String?

  /// As `judge calibrate` reads it, with a label to fill in.
  var line: String {
    get throws {
      let shows = request.fields.map { ($0.path, JSONValue.string($0.text)) }
      var line: [String: JSONValue] = [
        "judge": .string(request.judge), "label": .null,
        "shows": .object(Dictionary(shows) { first, _ in first }),
        "verdict": .string(verdict.label), "score": .number(verdict.score),
        "explanation": .string(verdict.explanation),
      ]
      line["media"] = media.map { .string($0) }
      return try JSONText.write(.object(line))
    }
  }
}

/// The verdicts of one judge that a run has left behind.
struct JudgeSamples {
  private let recipe: CheckedRecipe
  private let settings: Record
  private let judges: RecipeJudges
  private let run: RunDirectory

  init(
    _ recipe: CheckedRecipe, _ settings: Record, _ judges: RecipeJudges, _ run: RunDirectory
  ) {
    self.recipe = recipe
    self.settings = settings
    self.judges = judges
    self.run = run
  }

  /// Different samples, in an order that depends on the seed and on them alone.
  ///
  /// - Throws: `UnrecordedColumn` for a rule that sees what recorded responses do not keep.
  func drawn(count: Int, seed: Int) async throws -> [JudgeSample] {
    var (all, unrecorded) = try await recorded()
    if all.isEmpty { all = try taped() }
    if all.isEmpty, let unrecorded {
      throw UnrecordedColumn(judge: settings.name, column: unrecorded)
    }
    return all.map { ($0, Digest.sha256("\(seed) \($0.request.content)")) }
      .sorted { $0.1 < $1.1 }.prefix(count).map(\.0)
  }

  /// From the recorded responses: a rule is asked again, a model's answers are on the tape. Without a column that the
  /// judge was shown it would be asked another question: the second part is the first such column.
  private func recorded() async throws -> (samples: [JudgeSample], unrecorded: String?) {
    guard let judge = try judges.judge(settings.name, settings) else { return ([], nil) }
    let binding = try JudgeBinding(name: settings.name, judge: judge, settings: settings)
    // What it was shown of media is on the tape alone.
    guard !binding.seesMedia else { return ([], Template.media) }
    var requests: [JudgeRequest] = []
    var unrecorded: String?
    let parser = try SegmentParser(recipe.segments.map(SegmentSpecification.init(settings:)))
    try JSONLinesReader.forEach(RolloutRecord.self, in: run.url(of: .rollouts)) { record in
      if let column = binding.columns.first(where: { record.item.text(of: $0) == nil }) {
        unrecorded = unrecorded ?? "item.\(column)"
        return
      }
      for response in record.responses {
        let parsed = parser.parse(try Response(text: response.text))
        guard binding.shown(in: parsed) else { continue }
        requests.append(try binding.request(response: parsed, column: record.item.text(of:)))
      }
    }
    var samples: [JudgeSample] = []
    var seen: Set<JudgeRequest> = []
    for request in requests where seen.insert(request).inserted {
      do {
        samples.append(JudgeSample(request: request, verdict: try await judge.verdict(request)))
      } catch JudgeError.notOnTape {
        continue
      }
    }
    return (samples, unrecorded)
  }

  /// From the tape: everything that was asked with this model, prompt and form of the verdict.
  private func taped() throws -> [JudgeSample] {
    guard let model = try judges.model(settings.name, settings) else { return [] }
    return try model.taped().map { answer in
      JudgeSample(
        request: JudgeRequest(judge: settings.name, fields: answer.shown), verdict: answer.verdict,
        media: try model.media(shownIn: answer))
    }
  }
}

extension JudgeBinding {
  /// Whether the judge is asked about a response: every segment that it sees is there and has text.
  fileprivate func shown(in response: ParsedResponse) -> Bool {
    sees.allSatisfy { path in
      guard path.hasPrefix("segment.") else { return true }
      let segment = response.segment(String(path.dropFirst("segment.".count)))
      return segment.map { $0.isFound && (emptyText == .ask || !$0.trimmed.isEmpty) } ?? false
    }
  }
}

extension Response {
  /// A text as one token: enough to find its segments.
  fileprivate init(text: String) throws {
    try self.init(tokens: [0], pieces: [Array(text.utf8)], endToken: false, truncated: false)
  }
}

/// A judge saw a column that recorded responses do not keep, and the tape has nothing of it.
struct UnrecordedColumn: Error, CustomStringConvertible {
  let judge: String
  let column: String

  var description: String {
    "judge `\(judge)` sees `\(column)`, which recorded responses do not keep, and there are no answers "
      + "of it on a tape"
  }
}
