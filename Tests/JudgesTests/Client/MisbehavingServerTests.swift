import Foundation
import Rewards
import Synchronization
import TestSupport
import Testing

@testable import Judges

/// One attempt at servers that do everything wrong: each way has its own cause, and none has a
/// score.
@Suite struct MisbehavingServerTests {
  private func failure(_ behaviour: LoopbackServer.Behaviour, timeout: Double = 600) async throws
    -> JudgeFailure?
  {
    let server = try server(behaviour)
    defer { server.stop() }
    var judge = TestJudge(url: server.url)
    judge.limits.timeout = timeout
    let made = judge.made()
    let found = await JudgesTests.failure { try await made.verdict(asked("red moves left")) }
    let cause = try #require(found).cause.rawValue
    #expect(judge.telemetry.current.failedAttempts == [cause: 1])
    #expect(judge.telemetry.current.failures == [cause: 1])
    #expect(judge.telemetry.current.answered == 0)
    return found
  }

  @Test("a verdict arrives, with its reason and what it cost")
  func verdict() async throws {
    let server = try server(
      .answer(body: completion("It says so.\n<judgement>Yes</judgement>", input: 2000, output: 50)))
    defer { server.stop() }
    var judge = TestJudge(url: server.url)
    judge.price = JudgePrice(input: 3, output: 15)
    let verdict = try await judge.made().verdict(asked("red moves left"))
    #expect(verdict == JudgeVerdict(score: 1, label: "Yes", explanation: "It says so."))
    #expect(abs(judge.purse.total - (2000 * 3 + 50 * 15) / 1e6) < 1e-12)
    let counts = judge.telemetry.current
    #expect(counts.asked == 1 && counts.answered == 1 && counts.failures.isEmpty)
    #expect(counts.usage == TokenUsage(input: 2000, output: 50))
    let request = try #require(server.received.first)
    #expect(request.path == "/chat/completions")
    #expect(request.headers["content-type"] == "application/json")
    #expect(request.headers["authorization"] == nil)
  }

  @Test("too many requests")
  func rateLimit() async throws {
    let found = try await failure(
      .answer(status: 429, body: #"{"error": {"message": "slow down"}}"#))
    #expect(found == JudgeFailure(.rateLimit, "\"slow down\""))
  }

  @Test("too many requests, with a time to come back")
  func retryAfter() async throws {
    let found = try await failure(
      .answer(status: 429, headers: ["Retry-After": "17"], body: "{}"))
    #expect(found?.retryAfter == 17)
    #expect(found?.cause == .rateLimit)
  }

  @Test("errors of the server", arguments: [500, 502, 503, 529])
  func serverError(_ status: Int) async throws {
    let found = try await failure(.answer(status: status, body: "<html>oops</html>"))
    #expect(found == JudgeFailure(.server, "\(status), \"<html>oops</html>\""))
  }

  @Test("a server that says nothing")
  func hang() async throws {
    let found = try await failure(.hang, timeout: 0.1)
    // The connection and the whole attempt have the same limit; either may notice first.
    #expect(found?.cause == .timeout)
  }

  @Test("a server that answers byte by byte is not waited for longer than the timeout")
  func drip() async throws {
    let found = try await failure(
      .drip(completion("<judgement>Yes</judgement>"), milliseconds: 500), timeout: 0.15)
    #expect(found?.cause == .timeout)
  }

  @Test("half a body, nothing at all, and no HTTP are breaks of the network")
  func broken() async throws {
    let body = try completion("<judgement>Yes</judgement>")
    #expect(try await failure(.halfBody(body))?.cause == .network)
    #expect(try await failure(.close)?.cause == .network)
    #expect(try await failure(.raw("hello\r\n\r\n"))?.cause == .network)
  }

  @Test("nobody listens")
  func refused() async throws {
    let judge = TestJudge(url: "http://127.0.0.1:\(try LoopbackServer.freePort())").made()
    let found = await JudgesTests.failure { try await judge.verdict(asked("x")) }
    #expect(found == JudgeFailure(.network, "the server cannot be reached"))
  }

  @Test("plain text where TLS is expected")
  func tls() async throws {
    let server = try server(.answer(body: completion("<judgement>Yes</judgement>")))
    defer { server.stop() }
    let judge = TestJudge(url: "https://127.0.0.1:\(server.port)").made()
    let found = await JudgesTests.failure { try await judge.verdict(asked("x")) }
    #expect(found?.cause == .network)
    #expect(server.received.isEmpty)
  }

  @Test(
    "an answer that is no JSON, or no completion, holds no verdict",
    arguments: [
      "not json", #"{"choices": ["#, "{}", "[]", #"{"choices": []}"#,
      #"{"choices": [{"message": {"content": null}}]}"#,
      #"{"choices": [{"message": {"content": 1}}]}"#,
    ])
  func wrongSchema(_ body: String) async throws {
    #expect(try await failure(.answer(body: body))?.cause == .parse)
  }

  @Test("prose holds no verdict, and says what stood there")
  func prose() async throws {
    let found = try await failure(.answer(body: completion("I would say that it does.")))
    #expect(found?.cause == .parse)
    #expect(found?.message.contains("I would say that it does.") ?? false)
  }

  @Test("an answer that was cut holds no verdict, even if one was quoted in it")
  func cut() async throws {
    let text = "The text claims <judgement>Yes</judgement>, but"
    let found = try await failure(.answer(body: completion(text, stop: "length")))
    #expect(
      found == JudgeFailure(.parse, "the answer is cut at `sampling.max_new_tokens`"))
  }

  @Test("a refusal is its own cause")
  func refusal() async throws {
    #expect(
      try await failure(.answer(body: completion("", stop: "content_filter")))?.cause == .refusal)
    let body = #"{"choices": [{"message": {"content": null, "refusal": "I cannot."}}]}"#
    #expect(try await failure(.answer(body: body)) == JudgeFailure(.refusal, "\"I cannot.\""))
  }

  @Test("an answer without end is cut off")
  func endless() async throws {
    let found = try await failure(
      .answer(body: String(repeating: " ", count: URLSessionTransport.largestAnswer + 1)))
    #expect(found == JudgeFailure(.server, "the answer is longer than 4 MiB"))
  }

  @Test("counts of tokens that no answer has neither crash the run nor run away")
  func endlessUsage() async throws {
    let number = "9000000000000000000"
    let openAI = """
      {"choices": [{"message": {"content": "<judgement>Yes</judgement>"}}],
       "usage": {"prompt_tokens": \(number), "completion_tokens": \(number)}}
      """
    let anthropic = """
      {"content": [{"type": "text", "text": "<judgement>Yes</judgement>"}], "stop_reason": "end_turn",
       "usage": {"input_tokens": \(number), "cache_read_input_tokens": \(number),
                 "output_tokens": -5}}
      """
    for (backend, body) in [
      (OpenAIBackend(isOpenAI: false), openAI), (AnthropicBackend(), anthropic),
    ] as [(any ChatBackend, String)] {
      let server = try server(.answer(body: body))
      defer { server.stop() }
      var test = TestJudge(url: server.url)
      test.backend = backend
      test.limits.tokensPerMinute = 1_000_000
      let judge = test.made()
      for text in ["a", "b", "c"] { #expect(try await judge.verdict(asked(text)).score == 1) }
      #expect(test.telemetry.current.usage.input > 0)
      #expect(test.telemetry.current.usage.output >= 0)
    }
  }

  @Test("a redirection is not followed: the key is meant for one server")
  func redirection() async throws {
    let other = try server(.answer(body: completion("<judgement>Yes</judgement>")))
    let first = try server(
      .answer(status: 307, headers: ["Location": other.url + "/elsewhere"], body: "{}"))
    defer {
      first.stop()
      other.stop()
    }
    var judge = TestJudge(url: first.url)
    judge.secret = try Secret(name: "key", value: "k", variable: "KEY")
    let made = judge.made()
    await #expect(throws: JudgeError.self) { try await made.verdict(asked("x")) }
    #expect(other.received.isEmpty)
  }

  @Test("a wrong key or model ends the run, whatever the recipe says of failures")
  func rejected() async throws {
    for status in [401, 403, 404, 400] {
      let server = try server(
        .answer(status: status, body: #"{"error": {"message": "no such thing"}}"#))
      defer { server.stop() }
      let judge = TestJudge(url: server.url).made()
      await #expect(
        throws: JudgeError.rejected(
          judge: "sufficiency", status: status, message: "\"no such thing\"")
      ) { try await judge.verdict(asked("x")) }
    }
  }

  @Test("one question that is too long, after others were answered, is a failure of that question")
  func tooLong() async throws {
    let answer = try completion("<judgement>No</judgement>")
    let server = try LoopbackServer { request in
      request.number == 1
        ? .answer(body: answer) : .answer(status: 400, body: #"{"message": "too long"}"#)
    }
    defer { server.stop() }
    var test = TestJudge(url: server.url)
    test.limits.retries = 5
    let judge = test.made()
    #expect(try await judge.verdict(asked("a")).score == 0)
    let found = await JudgesTests.failure { try await judge.verdict(asked("b")) }
    #expect(found == JudgeFailure(.server, "400, \"too long\"", isFinal: true))
    #expect(server.received.count == 2)
  }

  /// Rejects questions that hold the word.
  ///
  /// - Parameter start: answers nothing before.
  private func rejecting(
    _ word: String, status: Int = 400, latency: Double = 0, start: Start = Start(of: 0)
  ) throws -> LoopbackServer {
    let answer = try completion("<judgement>No</judgement>")
    return try LoopbackServer { request in
      start.wait()
      if userText(request).contains(word) {
        return .answer(status: status, body: #"{"message": "too long"}"#)
      }
      Thread.sleep(forTimeInterval: latency)
      return .answer(body: answer)
    }
  }

  /// The moment at which so many questions are under way: in a busy process some are asked late.
  private final class Start: Sendable {
    private let missing: Mutex<Int>

    init(of questions: Int) { missing = Mutex(questions) }

    func arrive() { missing.withLock { $0 -= 1 } }

    func wait() {
      while missing.withLock({ $0 > 0 }) { Thread.sleep(forTimeInterval: 0.001) }
    }
  }

  private enum Fate: Equatable { case answered, failed, rejected, other }

  /// What became of questions that are asked at the same time.
  private func fates(
    _ judge: ModelJudge, _ texts: [String], start: Start = Start(of: 0)
  ) async -> [Fate] {
    await withTaskGroup(of: (Int, Fate).self) { tasks in
      for (index, text) in texts.enumerated() {
        tasks.addTask {
          do {
            start.arrive()
            _ = try await judge.verdict(asked(text))
            return (index, .answered)
          } catch let failure as JudgeFailure {
            return (index, failure.isFinal && failure.cause == .server ? .failed : .other)
          } catch JudgeError.rejected {
            return (index, .rejected)
          } catch {
            return (index, .other)
          }
        }
      }
      let fates = await tasks.reduce(into: [Int: Fate]()) { $0[$1.0] = $1.1 }
      return texts.indices.map { fates[$0] ?? .other }
    }
  }

  @Test("whether one question is too long does not depend on which answer comes first")
  func tooLongAmongTheFirst() async throws {
    for (status, latency) in [(400, 0.1), (413, 0), (422, 0.02)] {
      let texts = ["long 1", "long 2", "long 3", "a", "b"]
      let start = Start(of: texts.count)
      let server = try rejecting("long", status: status, latency: latency, start: start)
      defer { server.stop() }
      var test = TestJudge(url: server.url)
      test.limits.concurrency = 2
      let found = await fates(test.made(), texts, start: start)
      #expect(found == [.failed, .failed, .failed, .answered, .answered])
    }
  }

  @Test("a request that the server does not understand at all ends the run, asked once or often")
  func neverUnderstood() async throws {
    let texts = (0..<12).map { "\($0)" }
    let start = Start(of: texts.count)
    let server = try rejecting("Question", start: start)
    defer { server.stop() }
    let judge = TestJudge(url: server.url).made()
    #expect(await fates(judge, texts, start: start) == [Fate](repeating: .rejected, count: 12))
    #expect(await fates(judge, ["a"]) == [.rejected])
  }

  @Test("an answer from the tape shows as well that the request is understood")
  func tooLongOfARepeatedRun() async throws {
    let server = try rejecting("long")
    defer { server.stop() }
    try await withAsyncTemporaryDirectory { folder in
      let url = folder.appendingPathComponent("judges.sqlite")
      var test = TestJudge(url: server.url)
      test.tape = try JudgeTape(at: url)
      let texts = ["a", "long 1", "b", "long 2", "long 3", "long 4", "long 5", "long 6"]
      let first = await fates(test.made(), texts)
      #expect(first == texts.map { $0.contains("long") ? .failed : .answered })
      for _ in 0..<2 {
        test.telemetry = JudgeTelemetry()
        let again = test.made()
        for text in texts {
          #expect(await fates(again, [text]) == [text.contains("long") ? .failed : .answered])
        }
      }
      // A question that is new to the tape, among known ones.
      test.telemetry = JudgeTelemetry()
      #expect(await fates(test.made(), ["a", "long 7"]) == [.answered, .failed])

      // Another server, which rejects whatever it is asked: not one question after the other is lost.
      let unknown = (0..<9).map { "new \($0)" }
      let start = Start(of: unknown.count)
      let other = try rejecting("Question", start: start)
      defer { other.stop() }
      test.url = other.url
      test.telemetry = JudgeTelemetry()
      let elsewhere = test.made()
      #expect(await fates(elsewhere, ["a"]) == [.answered])
      #expect(
        await fates(elsewhere, unknown, start: start)
          == [Fate](repeating: .rejected, count: unknown.count))
    }
  }

  @Test("a question that waits to see how others fare can be stopped")
  func cancelledInDoubt() async throws {
    let answer = try completion("<judgement>No</judgement>")
    let server = try LoopbackServer { request in
      if userText(request).contains("long") { return .answer(status: 400, body: "{}") }
      return userText(request).contains("slow") ? .hang : .answer(body: answer)
    }
    defer { server.stop() }
    var test = TestJudge(url: server.url)
    test.limits.timeout = 3600
    let judge = test.made()
    let slow = Task { try await judge.verdict(asked("slow")) }
    while server.received.isEmpty { try await Task.sleep(for: .milliseconds(2)) }
    let long = Task { try await judge.verdict(asked("long")) }
    while server.received.count < 2 { try await Task.sleep(for: .milliseconds(2)) }
    try await Task.sleep(for: .milliseconds(20))
    long.cancel()
    await #expect(throws: CancellationError.self) { try await long.value }
    slow.cancel()
    await #expect(throws: CancellationError.self) { try await slow.value }
    #expect(try await judge.verdict(asked("a")).score == 0)
  }

  @Test("a judge that is stopped does not wait for its answer")
  func cancelled() async throws {
    let server = try server(.hang)
    defer { server.stop() }
    let judge = TestJudge(url: server.url).made()
    let task = Task { try await judge.verdict(asked("x")) }
    while server.received.isEmpty { try await Task.sleep(for: .milliseconds(2)) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }
}
