import RecipeLanguage
import Rewards

/// The oracle as a generator of recipes (`api: oracle`): it knows what a clip shows, and is as
/// mistaken as wanted. What it writes depends on the item, the attempt and the seed only.
public struct OracleGenerator: TraceGenerator {
  /// What becomes of a request.
  public enum Work: String, CaseIterable, Sendable {
    /// A whole response; where a draft holds captions with their times, one that goes on from them.
    case trace
    /// Times and captions of what the answer rests on, and nothing else.
    case captions
  }

  public var work = Work.trace
  /// How traces are laid out; nil leaves it to the family of the question.
  public var form: TraceForm?
  /// Share of responses with one wrong fact.
  public var wrongObservations = 0.0
  /// Share with a wrong answer after right reasoning.
  public var wrongAnswers = 0.0
  /// Share without the last closing tag.
  public var brokenFormats = 0.0
  public var seed = 0

  public init() {}

  public func trace(_ request: TraceRequest) async throws -> String {
    let item = request.item
    guard let question = QuestionFamilies.read(problem: item.problem, options: item.options),
      let family = QuestionFamilies.named(question.family),
      let seen = item.text(of: "true_observation"),
      let facts = Observation.parse(seen, film: family.film)
    else { throw TraceFailure("the oracle knows nothing of the clip of `\(item.problem)`") }
    var random = ClipRandom(
      key: "generator \(seed) \(work.rawValue) \(item.problemID) \(item.path) \(request.attempt)")
    let text =
      switch work {
      case .captions: captions(question, family, facts, random: &random)
      case .trace:
        try trace(question, family, facts, request, random: &random)
      }
    guard random.happens(brokenFormats), let last = text.range(of: "</", options: .backwards)
    else { return text }
    return String(text[..<last.lowerBound]).trimmingTrailingBlanks
  }

  private func captions(
    _ question: Question, _ family: any QuestionFamily, _ facts: ClipFacts,
    random: inout ClipRandom
  ) -> String {
    let told = family.evidence(question, facts)
    var stated = facts
    if random.happens(wrongObservations) {
      stated = writer(.timed).withOneWrongFact(facts, among: told, random: &random)
    }
    return TimedObservation.blocks(stated.places(of: told, in: facts)).map {
      "<time>\($0.time)</time>\n<caption> \($0.caption) </caption>"
    }.joined(separator: "\n")
  }

  private func trace(
    _ question: Question, _ family: any QuestionFamily, _ facts: ClipFacts,
    _ request: TraceRequest, random: inout ClipRandom
  ) throws -> String {
    let answer = request.item.answer
    guard let times = request.draft?.segment("time")?.trimmed,
      let captions = request.draft?.segment("caption")?.trimmed, !captions.isEmpty
    else {
      return writer(form).write(
        question, by: family, facts: facts, answer: answer, random: &random
      ).text
    }
    guard let stated = TimedObservation.parse(times: times, captions: captions, film: family.film)
    else { throw TraceFailure("the captions are not in the words of this world") }
    return writer(.timed).write(
      question, by: family, facts: stated, answer: answer, random: &random
    ).text
  }

  private func writer(_ form: TraceForm?) -> TraceWriter {
    TraceWriter(
      settings: ClipWorldSettings(
        split: .train, clips: 1, wrongObservations: wrongObservations, wrongAnswers: wrongAnswers,
        traceForm: form))
  }
}

extension String {
  fileprivate var trimmingTrailingBlanks: String {
    var text = self
    while text.last?.isWhitespace == true { text.removeLast() }
    return text
  }
}

extension OracleGenerator {
  /// What a recipe may say of a generator with `api: oracle`.
  public static let schema = KindSchema(
    "oracle", summary: "ClipWorld's rule-based writer: knows every clip, errs as often as wanted",
    fields: [
      .optional(
        "writes", .choice(Work.allCases.map(\.rawValue)), default: "trace",
        "a whole response (from the captions of the step before, where there are some), or times and "
          + "captions alone"),
      .optional(
        "trace_form", .choice(TraceForm.allCases.map(\.rawValue)),
        "an observation and a thought, blocks of time, caption and thought, or all in one thought; "
          + "by default as the question's family does"),
      .optional(
        "wrong_observations", .share, default: "0%", "how often one fact that it states is wrong"),
      .optional("wrong_answers", .share, default: "0%", "how often its answer is wrong"),
      .optional(
        "broken_formats", .share, default: "0%", "how often it leaves out the last closing tag"),
      .optional("seed", .seed, default: "0", "decides where it errs"),
    ])

  /// The generator that a recipe describes.
  public init(_ record: Record) throws {
    work = Work(rawValue: try record.string("writes")) ?? .trace
    form = record.optionalString("trace_form").flatMap(TraceForm.init)
    wrongObservations = try record.number("wrong_observations")
    wrongAnswers = try record.number("wrong_answers")
    brokenFormats = try record.number("broken_formats")
    seed = try record.integer("seed")
  }
}
