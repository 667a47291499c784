import RecipeLanguage
import Rewards
import TestSupport
import Testing

@testable import Judges

/// Outages, retries and what they cost in time.
@Suite struct OutageTests {
  private let yes = "<judgement>Yes</judgement>"

  /// Responses whose only segment is an observation.
  private func responses(_ count: Int) throws -> [ParsedResponse] {
    let parser = try SegmentParser([
      SegmentSpecification(name: "observation", process: "perception")
    ])
    return try (0..<count).map { index in
      let bytes = Array("<observation>left \(index)</observation>".utf8).map { [$0] }
      return try parser.parse(
        Response(
          tokens: Array(bytes.indices), pieces: bytes, endToken: false, truncated: false))
    }
  }

  private func outcomes(
    _ judge: ModelJudge, _ policy: JudgeFailurePolicy, count: Int = 8
  ) async throws -> [RewardOutcome] {
    let binding = JudgeBinding(
      name: "sufficiency", judge: judge,
      sees: ["item.problem", "item.answer", "segment.observation"], onFailure: policy)
    let item = DataRecord(
      problemID: "1", problem: "which way ?", answer: "left", path: "1.mp4",
      problemType: "free-form")
    return try await JudgeReward(of: ["observation"], binding: binding).evaluate(
      RewardGroup(item: item, responses: try responses(count)), prior: [:])
  }

  @Test("an outage of a minute pauses a whole group, and no reward becomes 0")
  func pause() async throws {
    let answer = try completion(yes)
    let clock = JumpingClock()
    let server = try LoopbackServer { _ in
      clock.now < 60 ? .answer(status: 503, body: "{}") : .answer(body: answer)
    }
    defer { server.stop() }
    var judge = TestJudge(url: server.url)
    judge.limits = JudgeLimits(timeout: 10, retries: 1, patience: 300)
    judge.clock = clock
    let found = try await outcomes(judge.made(), .dropGroup)
    #expect(found == [RewardOutcome](repeating: .value(1, because: "Yes"), count: 8))
    let counts = judge.telemetry.current
    #expect(counts.failures.isEmpty && counts.answered == 8)
    #expect(counts.failedAttempts["server", default: 0] >= CircuitBreaker.threshold)
    #expect(judge.announcements.all.count == 2)
    #expect(judge.announcements.all.last == "judge sufficiency: answers again")
    // After the circuit has opened, one call at a time tries.
    #expect(server.received.count < 8 + 30)
  }

  @Test("an outage longer than the patience is what on_failure says, and never a 0 by itself")
  func drop() async throws {
    let server = try server(.answer(status: 503, body: "{}"))
    defer { server.stop() }
    for (policy, isRight) in [
      (.dropGroup, { if case .failed = $0 { true } else { false } }),
      (.abstain, { if case .abstained = $0 { true } else { false } }),
    ] as [(JudgeFailurePolicy, (RewardOutcome) -> Bool)] {
      var judge = TestJudge(url: server.url)
      judge.limits = JudgeLimits(timeout: 10, retries: 1, patience: 20)
      let found = try await outcomes(judge.made(), policy)
      #expect(found.count == 8 && found.allSatisfy(isRight))
      #expect(judge.telemetry.current.failures == ["server": 8])
      #expect(judge.clock.now < 60)
    }
    var judge = TestJudge(url: server.url)
    judge.limits = JudgeLimits(timeout: 10, retries: 0, patience: 1)
    let made = judge.made()
    await #expect(throws: RewardError.self) { try await outcomes(made, .stop) }
  }

  @Test("Retry-After is waited for, and is the shortest wait")
  func retryAfter() async throws {
    let answer = try completion(yes)
    let server = try LoopbackServer { request in
      request.number == 1
        ? .answer(status: 429, headers: ["Retry-After": "42"], body: "{}") : .answer(body: answer)
    }
    defer { server.stop() }
    var judge = TestJudge(url: server.url)
    judge.limits = JudgeLimits(timeout: 10, retries: 1, patience: 60)
    #expect(try await judge.made().verdict(asked("x")).score == 1)
    #expect(judge.clock.sleeps == [42])
    #expect(judge.telemetry.current.failedAttempts == ["rate_limit": 1])
  }

  @Test("a Retry-After beyond the patience is not waited for")
  func longRetryAfter() async throws {
    let server = try server(
      .answer(status: 429, headers: ["Retry-After": "86400"], body: "{}"))
    defer { server.stop() }
    var judge = TestJudge(url: server.url)
    judge.limits = JudgeLimits(timeout: 10, retries: 3, patience: 300)
    let made = judge.made()
    #expect(await failure { try await made.verdict(asked("x")) }?.cause == .rateLimit)
    #expect(judge.clock.now == 0 && server.received.count == 1)
    // The whole judge keeps still for that long.
    #expect(await failure { try await made.verdict(asked("y")) }?.cause == .rateLimit)
    #expect(server.received.count == 1)
  }

  @Test("waits grow with their jitter, and are the same every time")
  func backoff() async throws {
    let answer = try completion(yes)
    func sleeps() async throws -> [Double] {
      let server = try LoopbackServer { request in
        request.number < 4 ? .answer(status: 500, body: "{}") : .answer(body: answer)
      }
      defer { server.stop() }
      var judge = TestJudge(url: server.url)
      judge.limits = JudgeLimits(timeout: 10, retries: 3, patience: 0)
      #expect(try await judge.made().verdict(asked("x")).score == 1)
      return judge.clock.sleeps
    }
    let first = try await sleeps()
    #expect(first.count == 3)
    for (wait, full) in zip(first, [0.5, 1, 2]) { #expect((full / 2...full).contains(wait)) }
    #expect(try await sleeps() == first)
    #expect(Backoff.delay(after: 40, key: "x") <= Backoff.longest)
    #expect(Backoff.delay(after: 1, key: "x") != Backoff.delay(after: 1, key: "y"))
  }

  @Test("an answer without a verdict is asked for again, as often as `retries` says")
  func parse() async throws {
    let (prose, answer) = (try completion("well"), try completion(yes))
    let server = try LoopbackServer { .answer(body: $0.number == 1 ? prose : answer) }
    defer { server.stop() }
    var judge = TestJudge(url: server.url)
    judge.limits = JudgeLimits(timeout: 10, retries: 1, patience: 300)
    #expect(try await judge.made().verdict(asked("x")).score == 1)
    #expect(judge.telemetry.current.failedAttempts == ["parse": 1])

    let talker = try LoopbackServer { _ in .answer(body: prose) }
    defer { talker.stop() }
    judge.url = talker.url
    judge.telemetry = JudgeTelemetry()
    let made = judge.made()
    #expect(await failure { try await made.verdict(asked("x")) }?.cause == .parse)
    #expect(talker.received.count == 2)
  }

  @Test("a refusal is not argued with")
  func refusal() async throws {
    let server = try server(.answer(body: completion("", stop: "content_filter")))
    defer { server.stop() }
    var judge = TestJudge(url: server.url)
    judge.limits = JudgeLimits(timeout: 10, retries: 5, patience: 300)
    let made = judge.made()
    #expect(await failure { try await made.verdict(asked("x")) }?.cause == .refusal)
    #expect(server.received.count == 1)
  }

  @Test("Retry-After is read as seconds and as a date; anything else is no wait")
  func retryAfterForms() throws {
    #expect(RetryAfter.seconds("7") == 7)
    #expect(RetryAfter.seconds("0.5") == 0.5)
    #expect(RetryAfter.seconds("-1") == nil)
    #expect(RetryAfter.seconds("soon") == nil)
    #expect(RetryAfter.seconds("inf") == nil)
    #expect(RetryAfter.seconds(nil) == nil)
    // 1994-11-06T08:49:37Z, RFC 9110's own example.
    let date = "Sun, 06 Nov 1994 08:49:37 GMT"
    #expect(RetryAfter.seconds(date, now: .init(timeIntervalSince1970: 784_111_770)) == 7)
    #expect(RetryAfter.seconds(date, now: .init(timeIntervalSince1970: 784_111_999)) == 0)
  }
}
