import Foundation
import Rewards
import Synchronization
import TestSupport
import Testing

@testable import Judges

/// Limits on how hard a server is pressed.
@Suite struct LimitTests {
  @Test("no more calls are in flight than the recipe allows")
  func concurrency() async throws {
    let answer = try completion("<judgement>Yes</judgement>")
    let flying = Mutex((now: 0, most: 0))
    let server = try LoopbackServer { _ in
      flying.withLock { flying in
        flying.now += 1
        flying.most = max(flying.most, flying.now)
      }
      Thread.sleep(forTimeInterval: 0.005)
      flying.withLock { $0.now -= 1 }
      return .answer(body: answer)
    }
    defer { server.stop() }
    var test = TestJudge(url: server.url)
    test.limits.concurrency = 3
    let judge = test.made()
    try await withThrowingTaskGroup(of: Void.self) { tasks in
      for index in 0..<20 { tasks.addTask { _ = try await judge.verdict(asked("\(index)")) } }
      try await tasks.waitForAll()
    }
    #expect(server.received.count == 20)
    #expect(flying.withLock { $0.most } <= 3)
  }

  @Test("requests per minute: the next one starts when the first is a minute old")
  func requestsPerMinute() async throws {
    let clock = JumpingClock()
    let pace = Pace(requestsPerMinute: 3, tokensPerMinute: nil, clock: clock)
    var starts: [Double] = []
    for _ in 0..<7 {
      _ = try await pace.admit(estimate: 1)
      starts.append(clock.now)
    }
    #expect(starts == [0, 0, 0, 60, 60, 60, 120])
  }

  @Test("tokens per minute count what was used once that is known")
  func tokensPerMinute() async throws {
    let clock = JumpingClock()
    let pace = Pace(requestsPerMinute: nil, tokensPerMinute: 1000, clock: clock)
    let first = try await pace.admit(estimate: 900)
    await pace.settle(first, tokens: 100)
    _ = try await pace.admit(estimate: 800)
    #expect(clock.now == 0)
    _ = try await pace.admit(estimate: 800)
    #expect(clock.now == 60)
  }

  @Test("a question larger than a minute's tokens goes alone, and not never")
  func large() async throws {
    let clock = JumpingClock()
    let pace = Pace(requestsPerMinute: nil, tokensPerMinute: 100, clock: clock)
    _ = try await pace.admit(estimate: 5000)
    #expect(clock.now == 0)
    _ = try await pace.admit(estimate: 5000)
    #expect(clock.now == 60)
  }

  @Test("a place that is waited for can be given up")
  func cancelledWait() async throws {
    let slots = Slots(1)
    let holder = Task { try await slots.with { try await Task.sleep(for: .seconds(60)) } }
    try await Task.sleep(for: .milliseconds(5))
    let waiter = Task { try await slots.with {} }
    try await Task.sleep(for: .milliseconds(5))
    waiter.cancel()
    await #expect(throws: CancellationError.self) { try await waiter.value }
    holder.cancel()
    _ = try? await holder.value
    try await slots.with {}
  }

  @Test("after five failures in a row one call at a time tries, until one succeeds")
  func circuit() async {
    let clock = JumpingClock()
    let circuit = CircuitBreaker(name: "j", clock: clock) { _ in }
    for _ in 0..<CircuitBreaker.threshold {
      #expect(await circuit.wait() == nil)
      await circuit.failed(JudgeFailure(.network, "gone"))
    }
    let wait = await circuit.wait() ?? 0
    #expect(wait > 0)
    try? await clock.sleep(wait)
    #expect(await circuit.wait() == nil)
    #expect(await circuit.wait() == Backoff.first)
    await circuit.succeeded()
    #expect(await circuit.wait() == nil)
    #expect(await circuit.wait() == nil)
  }

  @Test("a spending limit ends the command before the question that is one too many")
  func spending() throws {
    let calls = JudgeSpending(calls: 2)
    try calls.begin()
    try calls.begin()
    #expect(
      throws: JudgeError.spent("judges were asked 2 times, as `budget.judge_calls` allows")
    ) { try calls.begin() }
    let cost = JudgeSpending(cost: 0.5)
    try cost.begin()
    cost.pay(0.25)
    try cost.begin()
    cost.pay(0.25)
    #expect(
      throws: JudgeError.spent("judges cost 0.5 USD, and `budget.cost` is 0.5 USD")
    ) { try cost.begin() }
  }

  @Test("a limit on dollars holds for questions that are asked side by side")
  func parallelSpending() async throws {
    let server = try server(.answer(body: completion("<judgement>Yes</judgement>")))
    defer { server.stop() }
    var test = TestJudge(url: server.url)
    test.limits.concurrency = 2
    test.price = JudgePrice(call: 0.25)
    test.account = JudgeSpending(cost: 0.75)
    let judge = test.made()
    let errors = await withTaskGroup(of: (any Error)?.self) { tasks in
      for index in 0..<20 {
        tasks.addTask {
          do {
            _ = try await judge.verdict(asked("\(index)"))
            return nil
          } catch {
            return error
          }
        }
      }
      return await tasks.reduce(into: [any Error]()) { if let error = $1 { $0.append(error) } }
    }
    #expect(
      errors.allSatisfy { if case JudgeError.spent? = $0 as? JudgeError { true } else { false } })
    // What is in flight when the limit is reached is paid for, and nothing else.
    #expect((3...4).contains(server.received.count))
    #expect(test.telemetry.current.asked == server.received.count)
  }

  @Test("tokens have the declared price; without one a call has")
  func price() {
    let usage = TokenUsage(input: 1_000_000, output: 100_000)
    #expect(JudgePrice(call: 0.01, input: 3, output: 15).cost(of: usage) == 4.5)
    #expect(JudgePrice(call: 0.01).cost(of: usage) == 0.01)
    #expect(JudgePrice().cost(of: usage) == 0)
  }
}
