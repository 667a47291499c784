import ClipWorld
import Foundation
import Judges
import RecipeLanguage
import Rewards
import Synchronization
import TestSupport
import Testing
import TrainingGraph

@testable import Trainer

/// Runs whose generator and judge see the items' videos and pictures.
@Suite struct SeeingJudgeRunTests {
  /// A pipeline whose generator sees 6 frames, and a policy stage whose judge sees 4.
  private static func recipe(_ url: String) -> [(String, String)] {
    [
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
            sees: [item.media, item.problem, segment.observation]
            on_failure: drop_group
            prompt: "{item.media} {item.problem} {segment.observation | fence}"
            verdict: {tag: judgement, labels: {"Yes": 1, "No": 0}}
            limits: {retries: 0, patience: 0 s}
        """
      ),
      (
        "stages:\n",
        """
        generators:
          teacher:
            api: openai-compatible
            model: writer-20250219
            base_url: \(url)
            prompt: "Write. {item.media} {item.problem}"
            limits: {retries: 0, patience: 0 s}
        stages:
          curated:
            algorithm: pipeline
            data: questions
            video: {frames: 6}
            steps: {drafted: {do: write, by: teacher}, judged: {do: keep, when: sufficient > 0}}

        """
      ),
      ("clips: 6, seed: 2", "clips: 6, seed: 2, families: [sign, direction]"),
      (
        "data: traces\n    steps: 40\n    batch_size: 8",
        "data: stages.curated\n    steps: 20\n    batch_size: 2"
      ),
      ("    curriculum: {column: objects, value: \"1\", steps: 2}\n", ""),
      ("steps: 3\n", "steps: 1\n"), ("after: [cold, rl]", "after: [rl]"),
    ]
  }

  /// Writes a response that it says is sufficient; notes how many pictures every request had.
  private final class Server: Sendable {
    let counts = Mutex<[String: Set<Int>]>([:])

    func serve() throws -> LoopbackServer {
      try LoopbackServer { [self] request in
        let writes = request.body.contains("writer-20250219")
        let pictures = request.body.components(separatedBy: "data:image/jpeg;base64,").count - 1
        counts.withLock { _ = $0[writes ? "writer" : "judge", default: []].insert(pictures) }
        let text =
          writes
          ? "<observation> a red square </observation> <think> so </think> <answer> left </answer>"
          : "<judgement>Yes</judgement>"
        return .answer(
          body: """
            {"choices": [{"finish_reason": "stop", "message": {"role": "assistant",
              "content": "\(text)"}}]}
            """)
      }
    }
  }

  private static func run(
    _ url: String, in folder: URL, tape: URL, threads: Int, isOffline: Bool = false
  ) async throws -> (recorder: Recorder, counts: [String: JudgeCounts]) {
    let graph = try TinyRun.graph(recipe(url))
    let roster = JudgeRoster(
      secrets: SecretStore([:]) { _ in nil }, tape: try JudgeTape(at: tape, isReplay: isOffline),
      isOffline: isOffline, account: JudgeSpending())
    let run = TinyRun(in: folder)
    var services = try run.services()
    services.makeJudge = { try roster.judge($0.name, $0.settings) }
    services.makeGenerator = { try roster.generator($0.name, $0.settings) }
    try await run.run(graph, threads: threads, services: services)
    return (run.recorder, roster.counts)
  }

  @Test func theyAreShownTheFramesOfTheirStageAndTheTapeRepeatsTheRun() async throws {
    try await withFolder { folder in
      let asking = Server()
      let server = try asking.serve()
      defer { server.stop() }
      let tape = folder.appendingPathComponent("judges.sqlite")
      let (one, counts) = try await Self.run(server.url, in: folder, tape: tape, threads: 1)
      // A picture is one; of a video the pipeline shows 6 frames, also to its judge, the others 4.
      #expect(asking.counts.withLock { $0["writer"] } == [1, 6])
      #expect(asking.counts.withLock { $0["judge"]?.isSuperset(of: [1, 6]) } == true)
      #expect(asking.counts.withLock { $0["judge"]?.subtracting([1, 4, 6]) } == [])
      #expect(counts["generator teacher"]?.asked == 6)
      let funnel = try #require(one.finished.first?.funnel)
      #expect(funnel.kept == 6)
      server.stop()

      let (again, replayed) = try await Self.run(
        "http://127.0.0.1:9/v1", in: folder, tape: tape, threads: 2, isOffline: true)
      #expect(replayed.values.allSatisfy { $0.asked == 0 })
      #expect(again.rollouts == one.rollouts && again.evaluations == one.evaluations)
      #expect(again.finished.map(\.digest) == one.finished.map(\.digest))

      // Recorded steps are scored again where the videos are gone too: the tape remembers what was seen of them.
      try FileManager.default.removeItem(at: folder.appendingPathComponent("worlds"))
      let roster = JudgeRoster(
        secrets: SecretStore([:]) { _ in nil }, tape: try JudgeTape(at: tape, isReplay: true),
        isOffline: true, account: JudgeSpending())
      var rescorer = try Rescorer(TinyRun.graph(Self.recipe("http://127.0.0.1:9/v1")), stage: "rl")
      {
        try roster.judge($0.name, $0.settings)
      }
      let traces = one.traces.filter { $0.stage == "rl" }
      #expect(!traces.isEmpty)
      for trace in traces { #expect(try await rescorer.rescore(trace).trace == trace) }
      #expect((roster.counts["sufficiency"]?.replayed ?? 0) > 0)
    }
  }

  @Test func anUndecodableVideoIsDroppedWithItsReason() async throws {
    try await withFolder { folder in
      let asking = Server()
      let server = try asking.serve()
      defer { server.stop() }
      let graph = try TinyRun.graph(Self.recipe(server.url))
      let roster = JudgeRoster(
        secrets: SecretStore([:]) { _ in nil }, tape: nil, account: JudgeSpending())
      let run = TinyRun(in: folder)
      var services = try run.services()
      services.makeGenerator = { try roster.generator($0.name, $0.settings) }
      services.makeJudge = { try roster.judge($0.name, $0.settings) }
      var sources = RunSources(graph: graph, services: services)
      let node = try #require(graph["curated"])
      let input = try #require(graph.inputs(of: node, .items).first)
      let items = try sources.items(input)
      let index = try #require(items.records.firstIndex { $0.dataType == "video" })
      try Data("no video".utf8).write(to: items.loaded.file(of: items.records[index]))
      guard case .pipeline(let pipeline) = node.operation else { return }
      let stage = try PipelineStage(
        pipeline, graph, try sources.format(try #require(graph["tokenizer"])), services)
      let outcome = try await stage.outcome(
        index, items.records[index], items.media(index, isKept: false))
      #expect(outcome.record == nil && outcome.dropped?.step == "drafted")
      #expect(outcome.dropped?.reason.hasPrefix("media: ") == true)
      let file = items.loaded.file(of: items.records[index]).lastPathComponent
      #expect(outcome.dropped?.reason.contains(file) == true)
      let other = try #require(items.records.indices.first { $0 != index })
      let kept = try await stage.outcome(
        other, items.records[other], items.media(other, isKept: false))
      #expect(kept.record != nil)
    }
  }
}
