import Foundation
import Rewards
import TestSupport
import Testing

@testable import Judges

/// A command that is to stop does not wait for judges, and gives up nothing because of it.
@Suite(.timeLimit(.minutes(20))) struct WaitingTests {
  private func patient(_ server: LoopbackServer) -> TestJudge {
    var test = TestJudge(url: server.url)
    test.limits = JudgeLimits(timeout: 3600, retries: 3, patience: 300)
    test.isStill = true
    return test
  }

  private func isCancelled(_ body: () async throws -> JudgeVerdict) async -> Bool {
    do {
      _ = try await body()
      return false
    } catch {
      return error is CancellationError
    }
  }

  /// Ends the waiting of questions that are asked at the same time, once the server was asked so often.
  private func cancelled(
    _ test: TestJudge, _ server: LoopbackServer, after requests: Int, questions: Int
  ) async throws -> Int {
    let judge = test.made()
    let cancelled = try await withThrowingTaskGroup(of: Bool.self) { tasks in
      for index in 0..<questions {
        tasks.addTask { await isCancelled { try await judge.verdict(asked("\(index)")) } }
      }
      while server.received.count < requests { try await Task.sleep(for: .milliseconds(2)) }
      try await Task.sleep(for: .milliseconds(20))
      test.waiting.end()
      return try await tasks.reduce(0) { $0 + ($1 ? 1 : 0) }
    }
    #expect(test.telemetry.current.failures.isEmpty)
    return cancelled
  }

  @Test("in an outage all questions end at once, and none counts as given up")
  func outage() async throws {
    let server = try server(.answer(status: 503, body: "{}"))
    defer { server.stop() }
    try await withAsyncTemporaryDirectory { folder in
      var test = patient(server)
      let url = folder.appendingPathComponent("judges.sqlite")
      test.tape = try JudgeTape(at: url)
      #expect(try await cancelled(test, server, after: 5, questions: 12) == 12)
      test.isOffline = true
      let replay = test.made()
      await #expect(throws: JudgeError.self) { try await replay.verdict(asked("0")) }
    }
  }

  @Test("a server that is to be left alone for a day is not waited for")
  func retryAfter() async throws {
    let server = try server(.answer(status: 429, headers: ["Retry-After": "250"], body: "{}"))
    defer { server.stop() }
    #expect(try await cancelled(patient(server), server, after: 1, questions: 2) == 2)
  }

  @Test("a further attempt that hangs is cut off")
  func hangingRetry() async throws {
    let server = try LoopbackServer {
      $0.number == 1 ? .answer(status: 500, body: "{}") : .hang
    }
    defer { server.stop() }
    var test = patient(server)
    test.isStill = false
    #expect(try await cancelled(test, server, after: 2, questions: 1) == 1)
  }

  @Test("whoever waits for the next minute ends as well")
  func pace() async throws {
    let server = try server(.answer(body: completion("<judgement>Yes</judgement>")))
    defer { server.stop() }
    var test = patient(server)
    test.limits.requestsPerMinute = 2
    #expect(try await cancelled(test, server, after: 2, questions: 5) == 3)
  }

  @Test("an answer that is on its way is taken; what would have to be asked again ends")
  func firstAnswers() async throws {
    let answer = try completion("<judgement>Yes</judgement>")
    let server = try LoopbackServer { request in
      Thread.sleep(forTimeInterval: 0.2)
      return userText(request).contains("right")
        ? .answer(body: answer) : .answer(status: 500, body: "{}")
    }
    defer { server.stop() }
    let test = patient(server)
    let judge = test.made()
    let right = Task { try await judge.verdict(asked("right")) }
    let wrong = Task { try await judge.verdict(asked("wrong")) }
    while server.received.count < 2 { try await Task.sleep(for: .milliseconds(2)) }
    test.waiting.end()
    #expect(try await right.value.score == 1)
    await #expect(throws: CancellationError.self) { try await wrong.value }
  }
}
