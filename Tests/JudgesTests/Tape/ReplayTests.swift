import Foundation
import Rewards
import TestSupport
import Testing

@testable import Judges

/// The tape between a judge and its server.
@Suite struct ReplayTests {
  @Test("equal questions are asked once, at the same time and later")
  func once() async throws {
    let answer = try completion("<judgement>Yes</judgement>")
    let server = try LoopbackServer { _ in
      Thread.sleep(forTimeInterval: 0.02)
      return .answer(body: answer)
    }
    defer { server.stop() }
    try await withAsyncTemporaryDirectory { folder in
      var test = TestJudge(url: server.url)
      test.tape = try JudgeTape(at: folder.appendingPathComponent("judges.sqlite"))
      let judge = test.made()
      try await withThrowingTaskGroup(of: Void.self) { tasks in
        for _ in 0..<10 { tasks.addTask { _ = try await judge.verdict(asked("x")) } }
        try await tasks.waitForAll()
      }
      _ = try await judge.verdict(asked("x"))
      #expect(server.received.count == 1)
      _ = try await judge.verdict(asked("y"))
      #expect(server.received.count == 2)
      #expect(test.telemetry.current.asked == 2)
    }
  }

  @Test("a replay gives the same verdicts without server and without key")
  func replay() async throws {
    let server = try LoopbackServer { request in
      let says = userText(request).utf8.count % 2 == 0 ? "Yes" : "No"
      let body = try? completion("Because.\n<judgement>\(says)</judgement>")
      return .answer(body: body ?? "")
    }
    try await withAsyncTemporaryDirectory { folder in
      let url = folder.appendingPathComponent("judges.sqlite")
      let texts = (0..<12).map { String(repeating: "left ", count: $0) + "up" + String($0 * 7) }
      var recorded: [JudgeVerdict] = []
      do {
        var test = TestJudge(url: server.url)
        test.secret = try Secret(name: "judge_key", value: "hush-hush", variable: "JUDGE_KEY")
        test.tape = try JudgeTape(at: url)
        let judge = test.made()
        for text in texts { recorded.append(try await judge.verdict(asked(text))) }
      }
      server.stop()
      #expect(Set(recorded.map(\.label)) == ["Yes", "No"])

      // Another server, another key: neither is part of what was asked.
      var test = TestJudge(url: "http://127.0.0.1:9")
      test.tape = try JudgeTape(at: url, isReplay: true)
      test.isOffline = true
      let judge = test.made()
      for (text, verdict) in zip(texts, recorded) {
        #expect(try await judge.verdict(asked(text)) == verdict)
      }
      #expect(test.telemetry.current.replayed == texts.count)
      #expect(test.telemetry.current.asked == 0)
      await #expect(
        throws: JudgeError.notOnTape(
          judge: "sufficiency", tape: url.path, shown: "\"never asked\"")
      ) { try await judge.verdict(asked("never asked")) }
      #expect(try !String(decoding: Data(contentsOf: url), as: UTF8.self).contains("hush-hush"))
    }
  }

  @Test("a missing answer ends a replay whatever the recipe says of failures")
  func missing() async throws {
    try await withAsyncTemporaryDirectory { folder in
      let url = folder.appendingPathComponent("judges.sqlite")
      var test = TestJudge(url: "http://127.0.0.1:9")
      test.tape = try JudgeTape(at: url)
      test.isOffline = true
      let binding = JudgeBinding(
        name: "sufficiency", judge: test.made(),
        sees: ["item.problem", "item.answer", "segment.observation"], onFailure: .zero)
      let bytes = Array("<observation>x</observation>".utf8).map { [$0] }
      let response = try SegmentParser([
        SegmentSpecification(name: "observation", process: "perception")
      ]).parse(
        Response(tokens: Array(bytes.indices), pieces: bytes, endToken: false, truncated: false))
      let item = DataRecord(
        problemID: "1", problem: "?", answer: "left", path: "1.mp4", problemType: "free-form")
      await #expect(throws: JudgeError.self) {
        try await JudgeReward(of: ["observation"], binding: binding).evaluate(
          RewardGroup(item: item, responses: [response]), prior: [:])
      }
    }
  }

  @Test("a question that is given up is given up once in a command; another command asks it again")
  func failures() async throws {
    let (prose, answer) = (try completion("hm"), try completion("<judgement>No</judgement>"))
    let server = try LoopbackServer { .answer(body: $0.number == 1 ? prose : answer) }
    defer { server.stop() }
    try await withAsyncTemporaryDirectory { folder in
      let url = folder.appendingPathComponent("judges.sqlite")
      var test = TestJudge(url: server.url)
      test.tape = try JudgeTape(at: url)
      let judge = test.made()
      let first = try #require(await failure { try await judge.verdict(asked("x")) })
      #expect(first.cause == .parse)
      #expect(await failure { try await judge.verdict(asked("x")) } == first)
      #expect(server.received.count == 1)
      #expect(test.telemetry.current.failures == ["parse": 2])

      func offline() throws -> ModelJudge {
        var replay = TestJudge(url: "http://127.0.0.1:9")
        replay.tape = try JudgeTape(at: url, isReplay: true)
        replay.isOffline = true
        return replay.made()
      }
      let replay = try offline()
      #expect(await failure { try await replay.verdict(asked("x")) } == first)
      #expect(replay.telemetry.current.failures == ["parse": 1])
      #expect(replay.telemetry.current.asked == 0)

      // The same recipe again, with the network: what was given up is worth another try.
      #expect(try await test.made().verdict(asked("x")).score == 0)
      #expect(server.received.count == 2)
      #expect(try await offline().verdict(asked("x")).score == 0)
      #expect(try await judge.verdict(asked("x")).score == 0)
      #expect(server.received.count == 2)
    }
  }

  @Test("what ends a command, or is stopped, is no answer that a replay could give")
  func notFailures() async throws {
    let server = try LoopbackServer {
      $0.number == 1 ? .answer(status: 401, body: "{}") : .hang
    }
    defer { server.stop() }
    try await withAsyncTemporaryDirectory { folder in
      let url = folder.appendingPathComponent("judges.sqlite")
      var test = TestJudge(url: server.url)
      test.tape = try JudgeTape(at: url)
      let judge = test.made()
      await #expect(throws: JudgeError.self) { try await judge.verdict(asked("x")) }
      let task = Task { try await judge.verdict(asked("y")) }
      while server.received.count < 2 { try await Task.sleep(for: .milliseconds(2)) }
      task.cancel()
      await #expect(throws: CancellationError.self) { try await task.value }
      test.isOffline = true
      let replay = test.made()
      for text in ["x", "y"] {
        await #expect(throws: JudgeError.self) { try await replay.verdict(asked(text)) }
      }
    }
  }

  @Test("whatever an answer depends on is part of its address, and nothing else is")
  func key() throws {
    func prompt(
      model: String = "m", template: String = "{segment.observation | fence}",
      temperature: Double = 0, tokens: Int = 10, seed: Int? = nil, verdict: VerdictReader = yesOrNo
    ) -> JudgePrompt {
      JudgePrompt(
        judge: "j", model: model, template: .init(template),
        sampling: JudgeSampling(temperature: temperature, maximumNewTokens: tokens, seed: seed),
        verdict: verdict)
    }
    let object = VerdictReader(tag: "judgement", values: yesOrNo.values, isStructured: true)
    let half = VerdictReader(
      tag: "judgement", values: .labels(["Yes": 0.5, "No": 0]), isStructured: false)
    let keys = try [
      prompt().question(asked("a")), prompt().question(asked("b")),
      prompt(model: "n").question(asked("a")),
      prompt(template: "Well? {segment.observation | fence}").question(asked("a")),
      prompt(temperature: 0.5).question(asked("a")), prompt(tokens: 11).question(asked("a")),
      prompt(seed: 1).question(asked("a")), prompt(verdict: object).question(asked("a")),
      prompt(verdict: half).question(asked("a")),
    ].map(\.key)
    #expect(Set(keys).count == keys.count)
    #expect(try prompt().question(asked("a")).key == keys[0])
    #expect(keys[0].count == 64)
  }
}
