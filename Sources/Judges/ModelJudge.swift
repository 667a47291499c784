import RecipeLanguage
import Rewards

/// A language model as a judge: prompt, tape, and whoever asks the model.
public struct ModelJudge: Judge {
  let name: String
  let prompt: JudgePrompt
  /// Nil when the recipe keeps no verdicts.
  let tape: JudgeTape?
  /// Whether only the tape may answer.
  let isOffline: Bool
  /// Made when the first question has to be asked: a replay needs neither key nor server, nor the model.
  let makeClient: @Sendable () throws -> any ChatClient
  let telemetry: JudgeTelemetry
  private let flights = Flights<JudgeVerdict>()
  private let givenUp = GivenUp()

  init(
    name: String, prompt: JudgePrompt, tape: JudgeTape?, isOffline: Bool,
    telemetry: JudgeTelemetry, makeClient: @escaping @Sendable () throws -> any ChatClient
  ) {
    self.name = name
    self.prompt = prompt
    self.tape = tape
    self.isOffline = isOffline
    self.telemetry = telemetry
    self.makeClient = makeClient
  }

  /// From the tape where it knows the question, else from the model. A question that this judge has
  /// given up is not asked again; nor is one that has failed when it was last asked, where the tape alone
  /// may answer.
  ///
  /// - Throws: `JudgeFailure` when there is no verdict; `JudgeError` when something is wrong.
  public func verdict(_ request: JudgeRequest) async throws -> JudgeVerdict {
    let seen: SeenRequest
    do {
      seen = try SeenRequest(request, judge: name, tape: tape, isOffline: isOffline)
    } catch let failure as JudgeFailure {
      throw repeated(failure)
    }
    let request = seen.request
    let question = try prompt.question(request)
    if let known = try taped(question) { return known }
    guard !isOffline else {
      if let failed = try tape?.failure(question.key) { throw repeated(failed.failure) }
      let shown = request.fields.last.map { VerdictReader.excerpt($0.text) } ?? "nothing"
      throw JudgeError.notOnTape(judge: name, tape: tape?.path ?? "no tape", shown: shown)
    }
    guard let tape else { return try await ask(question, seen).verdict }
    return try await flights.value(question.key) {
      if let known = try taped(question) { return known }
      if let failure = givenUp[question.key] { throw repeated(failure) }
      do {
        return try tape.keep(try await ask(question, seen)).verdict
      } catch let failure as JudgeFailure {
        try tape.keep(TapeFailure(key: question.key, failure))
        givenUp.note(failure, of: question.key)
        throw failure
      }
    }
  }

  private func taped(_ question: JudgeQuestion) throws -> JudgeVerdict? {
    guard let known = try tape?.answer(question.key) else { return nil }
    telemetry.note { $0.replayed += 1 }
    return known.verdict
  }

  /// A failure that nobody was asked for: it was told before, or lies in the media.
  private func repeated(_ failure: JudgeFailure) -> JudgeFailure {
    telemetry.note { $0.failures[failure.cause.rawValue, default: 0] += 1 }
    return failure
  }

  /// Every answer on the tape to this judge's prompt.
  public func taped() throws -> [TapeAnswer] { try tape?.answers(prompt: prompt.identity) ?? [] }

  /// The name of the media that an answer is about, for people; nil where it is about texts alone.
  public func media(shownIn answer: TapeAnswer) throws -> String? {
    guard let digest = answer.shown.first(where: { $0.path == Template.media })?.text,
      !digest.isEmpty
    else { return nil }
    return try tape?.name(ofMedia: digest)
  }

  private func ask(_ question: JudgeQuestion, _ seen: SeenRequest) async throws -> TapeAnswer {
    let user = question.user(showing: try seen.media(for: question))
    let client = try makeClient()
    let chat = ChatRequest(
      model: prompt.sentModel, system: question.system, user: user,
      sampling: prompt.sampling, structure: prompt.verdict.isStructured ? prompt.verdict : nil)
    let failed = try tape?.failure(question.key)
    return try await client.ask(
      chat, key: question.key, wasRejected: failed?.isFinal ?? false
    ) { reply throws(JudgeFailure) in
      TapeAnswer(
        key: question.key, judge: name, model: prompt.model, prompt: prompt.identity,
        shown: seen.request.fields, answer: reply.text,
        verdict: try prompt.verdict.verdict(of: reply.text),
        usage: reply.usage)
    }
  }
}
