import Foundation
import RecipeLanguage
import Rewards
import Synchronization
import TestSupport

@testable import Judges

/// A clock that jumps: whoever sleeps moves it on.
final class JumpingClock: JudgeClock {
  private let time = Mutex(0.0)
  private let slept = Mutex<[Double]>([])

  var now: Double { time.withLock { $0 } }
  var sleeps: [Double] { slept.withLock { $0 } }

  func sleep(_ seconds: Double) async throws {
    let end = now + seconds
    slept.withLock { $0.append(seconds) }
    // Lets others get on, as a real wait would.
    try await Task.sleep(for: .milliseconds(1))
    time.withLock { $0 = max($0, end) }
  }
}

/// A clock that stands still: whoever sleeps does so until it is stopped.
struct StillClock: JudgeClock {
  var now: Double { 0 }
  func sleep(_ seconds: Double) async throws { try await Task.sleep(for: .seconds(86_400)) }
}

/// Counts what a judge costs.
final class Purse: Sendable {
  private let paid = Mutex(0.0)
  var total: Double { paid.withLock { $0 } }
  func pay(_ dollars: Double) { paid.withLock { $0 += dollars } }
}

/// What was announced.
final class Announcements: Sendable {
  private let lines = Mutex<[String]>([])
  var all: [String] { lines.withLock { $0 } }
  func add(_ line: String) { lines.withLock { $0.append(line) } }
}

/// What a tape was asked for.
final class Entries: Sendable {
  private let entries = Mutex<[TapeEntry]>([])
  var all: [TapeEntry] { entries.withLock { $0 } }
  func add(_ entry: TapeEntry) { entries.withLock { $0.append(entry) } }
}

let sufficiencyPrompt = """
  Question: {item.problem}
  Answer: {item.answer}
  {segment.observation | fence}
  Does it follow? End with <judgement>Yes</judgement> or <judgement>No</judgement>.
  """

let yesOrNo = VerdictReader(
  tag: "judgement", values: .labels(["Yes": 1, "No": 0]), isStructured: false)

/// A judge of sufficiency at `url`, with a clock of its own.
struct TestJudge {
  var url: String
  var backend: any ChatBackend = OpenAIBackend(isOpenAI: false)
  /// Among all other tests an answer can take long to be read.
  var limits = JudgeLimits(timeout: 600, retries: 0, patience: 0)
  var price = JudgePrice()
  var secret: Secret?
  var verdict = yesOrNo
  var template = sufficiencyPrompt
  var model = "judge-20250219"
  var tape: JudgeTape?
  var isOffline = false
  var account: any JudgeAccount = JudgeSpending()
  var clock = JumpingClock()
  /// Whether its clock stands still instead.
  var isStill = false
  var waiting = Waiting()
  var telemetry = JudgeTelemetry()
  var purse = Purse()
  var announcements = Announcements()

  func made() -> ModelJudge {
    let client = JudgeClient(
      judge: "sufficiency", url: url + backend.path, backend: backend, secret: secret,
      limits: limits, price: price,
      transport: URLSessionTransport(connections: limits.concurrency),
      clock: isStill ? StillClock() : clock,
      waiting: waiting,
      telemetry: telemetry, begin: { try account.begin() },
      pay: {
        purse.pay($0)
        account.pay($0)
      }, announce: announcements.add)
    return ModelJudge(
      name: "sufficiency",
      prompt: JudgePrompt(
        judge: "sufficiency", model: model, template: Template(template),
        sampling: JudgeSampling(temperature: 0, maximumNewTokens: 256), verdict: verdict),
      tape: tape, isOffline: isOffline, telemetry: telemetry,
      makeClient: { client })
  }
}

func asked(_ observation: String) -> JudgeRequest {
  JudgeRequest(
    judge: "sufficiency",
    fields: [
      .init(path: "item.problem", text: "which way does it move ?"),
      .init(path: "item.answer", text: "left"),
      .init(path: "segment.observation", text: observation),
    ])
}

/// A body as OpenAI-compatible servers send it.
func completion(
  _ text: String, stop: String = "stop", input: Int = 100, output: Int = 10
) throws -> String {
  try JSONText.write(
    .object([
      "choices": .array([
        .object([
          "message": .object(["role": .string("assistant"), "content": .string(text)]),
          "finish_reason": .string(stop),
        ])
      ]),
      "usage": .object([
        "prompt_tokens": .number(Double(input)), "completion_tokens": .number(Double(output)),
      ]),
    ]))
}

/// A server that always answers with the same body.
func server(_ behaviour: LoopbackServer.Behaviour) throws -> LoopbackServer {
  try LoopbackServer { _ in behaviour }
}

/// The text of the user's message in a request.
func userText(_ request: LoopbackServer.Request) -> String {
  let body = try? JSONText.parse(Array(request.body.utf8))
  return body?["messages"]?.arrayValue?.last?["content"]?.stringValue ?? ""
}

/// What a test expects to be thrown.
func failure(_ body: () async throws -> JudgeVerdict) async -> JudgeFailure? {
  do {
    _ = try await body()
    return nil
  } catch {
    return error as? JudgeFailure
  }
}
