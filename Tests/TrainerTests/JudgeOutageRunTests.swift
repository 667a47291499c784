import Foundation
import Judges
import RecipeLanguage
import Rewards
import Synchronization
import TestSupport
import Testing
import TrainingGraph

@testable import Trainer

/// A judge on the loopback interface that goes away in the middle of a run and comes back.
@Suite struct JudgeOutageRunTests {
  /// Goes on when somebody sleeps, and by no time of the machine's.
  private final class JumpingClock: JudgeClock {
    private let time = Mutex(0.0)
    var now: Double { time.withLock { $0 } }
    func sleep(_ seconds: Double) async throws {
      let end = now + seconds
      try await Task.sleep(for: .milliseconds(1))
      time.withLock { $0 = max($0, end) }
    }
  }

  /// Says Yes to every other length of question. After some answers it is away for some of the clock's
  /// seconds, in every way that a server can be.
  private final class Judging: Sendable {
    private let answers = Mutex(0)
    private let awayFrom: Int
    private let awayFor: Double
    private let leaving = Mutex<Double?>(nil)
    private let refused = Mutex(0)
    let clock = JumpingClock()

    init(awayFrom: Int = .max, awayFor: Double = 0) {
      self.awayFrom = awayFrom
      self.awayFor = awayFor
    }

    var refusals: Int { refused.withLock { $0 } }
    /// Answers after the outage.
    var isBack: Bool { answers.withLock { $0 } > awayFrom }

    func serve() throws -> LoopbackServer {
      try LoopbackServer { [self] request in
        if answers.withLock({ $0 }) >= awayFrom {
          let left = leaving.withLock { left in
            let time = left ?? clock.now
            left = time
            return time
          }
          if clock.now < left + awayFor {
            let number = refused.withLock { count in
              count += 1
              return count
            }
            return number % 2 == 0 ? .close : .answer(status: 503, body: "{}")
          }
        }
        answers.withLock { $0 += 1 }
        let verdict = request.body.utf8.count % 2 == 0 ? "Yes" : "No"
        return .answer(
          body: """
            {"choices": [{"finish_reason": "stop", "message": {"role": "assistant",
              "content": "<judgement>\(verdict)</judgement>"}}]}
            """)
      }
    }
  }

  private static func graph(_ url: String, patience: String) throws -> TrainingGraph {
    try TinyRun.graph([
      (
        """
            api: oracle
            sees: [item.problem, item.options, item.answer, segment.observation]
            uses_reference: true
        """,
        """
            api: openai-compatible
            model: judge-20250219
            base_url: \(url)
            sees: [item.problem, segment.observation]
            on_failure: drop_group
            prompt: "{item.problem} {segment.observation | fence}"
            verdict: {tag: judgement, labels: {"Yes": 1, "No": 0}}
            limits: {retries: 1, patience: \(patience)}
        """
      ), ("steps: 3\n", "steps: 6\n"),
    ])
  }

  /// Runs the recipe with the judges of a tape.
  private static func run(
    _ graph: TrainingGraph, in folder: URL, tape: URL, isOffline: Bool = false,
    clock: any JudgeClock = JumpingClock()
  ) async throws -> (recorder: Recorder, counts: JudgeCounts) {
    let roster = JudgeRoster(
      secrets: SecretStore([:]) { _ in nil }, tape: try JudgeTape(at: tape, isReplay: isOffline),
      isOffline: isOffline, account: JudgeSpending(), clock: clock)
    let run = TinyRun(in: folder)
    var services = try run.services()
    services.makeJudge = { try roster.judge($0.name, $0.settings) }
    try await run.run(graph, threads: 2, services: services)
    return (run.recorder, roster.counts["sufficiency"] ?? JudgeCounts())
  }

  /// Expects of a run that it comes out of the tape the same way, without any server.
  private static func expectReplay(
    of recorder: Recorder, _ counts: JudgeCounts, patience: String, in folder: URL, tape: URL
  ) async throws {
    let (again, replayed) = try await run(
      graph("http://127.0.0.1:9/v1", patience: patience), in: folder, tape: tape, isOffline: true)
    #expect(again.steps == recorder.steps)
    #expect(again.rollouts == recorder.rollouts)
    #expect(again.evaluations == recorder.evaluations)
    #expect(again.finished.map(\.digest) == recorder.finished.map(\.digest))
    #expect(replayed.asked == 0)
    #expect(replayed.failures == counts.failures)
  }

  @Test("an outage of a minute pauses the run, which then goes on as if nothing had been")
  func pause() async throws {
    try await withFolder { folder in
      let calm = try Judging().serve()
      defer { calm.stop() }
      let (whole, _) = try await Self.run(
        Self.graph(calm.url, patience: "300 s"), in: folder,
        tape: folder.appendingPathComponent("calm.sqlite"))

      let judging = Judging(awayFrom: 10, awayFor: 60)
      let server = try judging.serve()
      defer { server.stop() }
      let tape = folder.appendingPathComponent("judges.sqlite")
      let (recorder, counts) = try await Self.run(
        Self.graph(server.url, patience: "300 s"), in: folder, tape: tape, clock: judging.clock)
      #expect(judging.refusals > 0 && judging.isBack)
      #expect(counts.failures.isEmpty)
      #expect(recorder.steps == whole.steps)
      #expect(recorder.rollouts == whole.rollouts)
      #expect(recorder.evaluations == whole.evaluations)
      server.stop()
      try await Self.expectReplay(
        of: recorder, counts, patience: "300 s", in: folder, tape: tape)
    }
  }

  @Test("where patience ends before the outage groups are dropped, and the run goes on")
  func drop() async throws {
    try await withFolder { folder in
      let judging = Judging(awayFrom: 10, awayFor: 30)
      let server = try judging.serve()
      defer { server.stop() }
      let tape = folder.appendingPathComponent("judges.sqlite")
      let (recorder, counts) = try await Self.run(
        Self.graph(server.url, patience: "20 s"), in: folder, tape: tape, clock: judging.clock)
      #expect(judging.isBack)
      #expect(counts.failures.values.reduce(0, +) > 0)
      #expect(recorder.steps.last?.step == 6)
      // What failed has no value and a reason, and its group no advantages; what has the value 0 was
      // said to be that.
      let reason = { (response: RolloutRecord.Response) in response.reasons["sufficient"] ?? "" }
      #expect(recorder.steps.contains { $0.values["dropped_groups", default: 0] > 0 })
      #expect(
        recorder.rollouts.contains { $0.responses.contains { reason($0).contains("failed") } })
      for group in recorder.rollouts {
        let isDropped = group.responses.contains { reason($0).contains("failed") }
        for response in group.responses {
          if reason(response).contains("failed") { #expect(response.rewards["sufficient"] == nil) }
          if isDropped { #expect(response.advantages.allSatisfy { $0 == 0 }) }
          if response.rewards["sufficient"] == 0 {
            #expect(reason(response) == "No" || reason(response).hasPrefix("observation"))
          }
        }
      }
      server.stop()
      try await Self.expectReplay(of: recorder, counts, patience: "20 s", in: folder, tape: tape)
    }
  }
}
