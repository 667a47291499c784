import Foundation
import TestSupport
import Testing

@testable import sousvide

/// Judges in commands: scored over HTTP, repeated from the tape, sampled and compared with people.
@Suite struct JudgeCommandTests {
  private static let quickstart = Fixtures.directory.deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("recipes/quickstart.yaml").path

  private static let problem = "which way does the red one move ?"

  /// The quick start with a judge on the loopback interface.
  private func recipe(_ folder: URL, port: Int, variable: String) throws -> String {
    let file = folder.appendingPathComponent("remote.yaml")
    let text = """
      sousvide: 1
      edition: 2026-11
      extends: \(Self.quickstart)
      run: {name: remote}
      secrets: {judge_key: {env: \(variable)}}
      judges:
        sufficiency:
          api: openai-compatible
          model: judge-20250219
          base_url: http://127.0.0.1:\(port)/v1
          auth: secrets.judge_key
          sees: [item.problem, item.options, item.answer, segment.observation]
          uses_reference: true
          on_failure: drop_group
          prompt: "{item.problem} {item.options} {item.answer} {segment.observation | fence}"
          verdict: {tag: judgement, labels: {"Yes": 1, "No": 0}}
          limits: {retries: 0, patience: 0 s, timeout: 20 s}
          token_price: {input: 3 USD, output: 15 USD}
      budget: {judge_calls: 1000000}
      """
    try Data(text.utf8).write(to: file)
    return file.path
  }

  private func responses(_ folder: URL) throws -> String {
    let file = folder.appendingPathComponent("responses.jsonl")
    let observations = ["the red one moves left", "the red one moves up", "  "]
    let item =
      "{\"problem\": \"\(Self.problem)\", \"options\": [\"left\", \"up\"], \"answer\": \"left\", "
      + "\"problem_type\": \"multiple choice\"}"
    let lines = observations.map { text in
      "{\"group\": 1, \"item\": \(item), \"text\": \"<observation>\(text)</observation>"
        + "<think>so left</think><answer>left</answer>\"}"
    }
    try Data(lines.joined(separator: "\n").utf8).write(to: file)
    return file.path
  }

  private func run(_ words: [String]) async -> (code: Int32, output: String, error: String) {
    let recording = Recording()
    let code = await Sousvide.tool.run(words, on: recording.console())
    return (code.rawValue, recording.output, recording.error)
  }

  /// Says Yes where the observation says "left".
  private func judging() throws -> LoopbackServer {
    try LoopbackServer { request in
      let verdict = request.body.contains("moves left") ? "Yes" : "No"
      return .answer(
        body: """
          {"choices": [{"finish_reason": "stop", "message": {"role": "assistant",
            "content": "It says so.\\n<judgement>\(verdict)</judgement>"}}],
           "usage": {"prompt_tokens": 100, "completion_tokens": 10}}
          """)
    }
  }

  @Test func responsesAreScoredOverHTTPAndThenFromTheTape() async throws {
    let server = try judging()
    defer { server.stop() }
    setenv("SOUSVIDE_TEST_SCORE_KEY", "sk-score-012345", 1)
    try await withAsyncTemporaryDirectory { folder in
      let words = [
        "score", try recipe(folder, port: server.port, variable: "SOUSVIDE_TEST_SCORE_KEY"),
        "--responses", try responses(folder), "--json", "--runs",
        folder.appendingPathComponent("runs").path,
      ]
      let first = await run(words)
      #expect(first.code == 0, "\(first.error)")
      #expect(first.output.contains("Yes: It says so."))
      #expect(first.output.contains("No: It says so."))
      #expect(first.output.contains("observation: empty"))
      // The empty observation is never asked about.
      #expect(server.received.count == 2)
      #expect(server.received.first?.path == "/v1/chat/completions")
      #expect(server.received.first?.headers["authorization"] == "Bearer sk-score-012345")

      server.stop()
      unsetenv("SOUSVIDE_TEST_SCORE_KEY")
      let second = await run(words + ["--offline"])
      #expect(second.code == 0, "\(second.error)")
      #expect(second.output == first.output)
      for file in FileManager.default.enumerator(atPath: folder.path)?.allObjects ?? [] {
        let url = folder.appendingPathComponent("\(file)")
        guard let data = try? Data(contentsOf: url) else { continue }
        #expect(data.range(of: Data("sk-score-012345".utf8)) == nil)
      }
    }
  }

  @Test func aMissingKeyIsNamedBeforeAnythingIsAsked() async throws {
    let server = try judging()
    defer { server.stop() }
    try await withAsyncTemporaryDirectory { folder in
      let path = try recipe(folder, port: server.port, variable: "SOUSVIDE_TEST_NO_KEY")
      let runs = folder.appendingPathComponent("runs").path
      for words in [
        ["score", path, "--responses", try responses(folder), "--runs", runs],
        ["run", path, "--runs", runs],
      ] {
        let (code, _, error) = await run(words)
        #expect(code == 1)
        #expect(
          error.contains(
            "judge `sufficiency` needs the secret `judge_key`, and the environment variable "
              + "SOUSVIDE_TEST_NO_KEY is not set"))
      }
      #expect(server.received.isEmpty)
    }
  }

  @Test func aTapeThatIsNotThereIsNamedOffline() async throws {
    try await withAsyncTemporaryDirectory { folder in
      let runs = folder.appendingPathComponent("runs").path
      let (code, _, error) = await run([
        "score", try recipe(folder, port: 9, variable: "SOUSVIDE_TEST_NO_KEY"), "--responses",
        try responses(folder), "--runs", runs, "--offline",
      ])
      #expect(code == 1)
      #expect(error.contains("judges.sqlite: there is no tape of verdicts"))
    }
  }

  /// What a run's judges said stands beside the run, wherever that is.
  @Test func anEvaluationOfARunAsksItsOwnTape() async throws {
    try await withAsyncTemporaryDirectory { folder in
      let run = folder.appendingPathComponent("elsewhere/evaluated")
      try FileManager.default.createDirectory(
        at: run.appendingPathComponent("checkpoints/rl"), withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        atPath: try recipe(folder, port: 9, variable: "SOUSVIDE_TEST_NO_KEY"),
        toPath: run.appendingPathComponent("recipe.yaml").path)
      let words = ["eval", run.path, "--checkpoint", "rl", "--offline"]
      let (code, _, error) = await self.run(words)
      #expect(code == 1)
      #expect(
        error.contains("\(folder.path)/elsewhere/judges.sqlite: there is no tape of verdicts"),
        "\(error)")
      #expect(
        await self.run(words + ["--runs", folder.path]).error.contains(
          "\(folder.path)/judges.sqlite: there is no tape of verdicts"))
    }
  }

  @Test func anEvaluationThatNeedsMoreThanThereIsIsRefused() async throws {
    try await withAsyncTemporaryDirectory { folder in
      let file = folder.appendingPathComponent("local.yaml")
      let text = """
        sousvide: 1
        edition: 2026-11
        extends: \(Self.quickstart)
        run: {name: local}
        judges:
          sufficiency:
            api: local
            model: models/judge
            sees: [item.problem, item.options, item.answer, segment.observation]
            uses_reference: true
            on_failure: drop_group
            prompt: "{item.problem} {item.options} {item.answer} {segment.observation | fence}"
            verdict: {tag: judgement, labels: {"Yes": 1, "No": 0}}
        """
      try Data(text.utf8).write(to: file)
      let (code, _, error) = await run(["eval", file.path, "--checkpoint", folder.path])
      #expect(code == 1)
      #expect(error.contains("SV5752"), "\(error)")
      #expect(error.contains("`models/judge` does not exist"), "\(error)")
      #expect(!error.contains("error_rate"))
    }
  }

  /// What a judge is shown of the data is in the trace, whatever it is.
  @Test func aJudgeOfOtherColumnsIsSampledWhereTheTraceHasThem() async throws {
    try await withAsyncTemporaryDirectory { folder in
      let run = try recordedRun(
        folder, item: #", "columns": {"family": "direction"}"#)
      let file = run.appendingPathComponent("recipe.yaml")
      let text = try String(contentsOf: file, encoding: .utf8)
      try Data(
        text.replacing(
          "sees: [item.problem,", with: "sees: [item.family, item.problem,"
        ).utf8
      ).write(to: file)
      let (code, output, error) = await self.run(["judge", "sample", run.path])
      #expect(code == 0, "\(error)")
      let lines = output.split(separator: "\n")
      #expect(lines.count == 3)
      for line in lines {
        #expect(line.contains(#""item.family": "direction""#), "\(line)")
      }
    }
  }

  /// A column that the trace does not keep: the judge would be asked another question than it was.
  @Test func aJudgeOfOtherColumnsIsSampledFromTheTapeOnly() async throws {
    try await withAsyncTemporaryDirectory { folder in
      let run = try recordedRun(folder)
      let file = run.appendingPathComponent("recipe.yaml")
      let text = try String(contentsOf: file, encoding: .utf8)
      let changed = text.replacing(
        "sees: [item.problem,", with: "sees: [item.family, item.problem,")
      #expect(changed != text)
      try Data(changed.utf8).write(to: file)
      let (code, _, error) = await self.run(["judge", "sample", run.path])
      #expect(code == 1)
      #expect(
        error.contains(
          "judge `sufficiency` sees `item.family`, which recorded responses do not keep"),
        "\(error)")
    }
  }

  /// The folder of a run of the quick start with recorded responses.
  ///
  /// - Parameter item: further columns of the recorded item.
  private func recordedRun(_ folder: URL, item: String = "") throws -> URL {
    let run = folder.appendingPathComponent("runs/recorded")
    try FileManager.default.createDirectory(at: run, withIntermediateDirectories: true)
    try FileManager.default.copyItem(
      at: URL(fileURLWithPath: Self.quickstart), to: run.appendingPathComponent("recipe.yaml"))
    let texts = [
      "the red one moves left", "the red one moves up", "there is nothing",
      "the red one moves left",
    ].map { observation in
      "{\"text\": \"<observation>\(observation)</observation><think>a</think><answer>left</answer>\","
        + " \"pieces\": [], \"parts\": [], \"advantages\": [], \"segments\": {}, \"rewards\": {},"
        + " \"reasons\": {}, \"totals\": {}}"
    }
    let line =
      "{\"stage\": \"rl\", \"step\": 1, \"item\": {\"problem_id\": \"1\", \"problem\": "
      + "\"\(Self.problem)\", \"options\": [\"left\", \"up\"], \"answer\": \"left\", \"path\": "
      + "\"1.mp4\", \"problem_type\": \"multiple choice\"\(item)}, \"responses\": "
      + "[\(texts.joined(separator: ", "))]}\n"
    try Data(line.utf8).write(to: run.appendingPathComponent("rollouts.jsonl"))
    return run
  }

  @Test func verdictsOfARunAreSampledLabelledAndCompared() async throws {
    try await withAsyncTemporaryDirectory { folder in
      let run = try recordedRun(folder)
      let file = folder.appendingPathComponent("to-label.jsonl")
      let sampled = await self.run(["judge", "sample", run.path, "--into", file.path])
      #expect(sampled.code == 0, "\(sampled.error)")
      let lines = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      // Equal texts are one example.
      #expect(lines.count == 3)
      #expect(lines.allSatisfy { $0.contains("\"label\": null") })
      #expect(await self.run(["judge", "sample", run.path, "--into", file.path]).code == 1)

      // People say Yes to everything.
      let labelled = lines.map { $0.replacing("\"label\": null", with: "\"label\": \"Yes\"") }
      try Data(labelled.joined(separator: "\n").utf8).write(to: file)
      let words = ["judge", "calibrate", Self.quickstart, "--examples", file.path]
      let text = await self.run(words)
      #expect(text.code == 0, "\(text.error)")
      #expect(text.output.contains("3 of 3 examples compared"))
      #expect(text.output.contains("people say Yes, the judge No"))
      let json = await self.run(words + ["--json"])
      #expect(json.output.contains("\"schema\" : \"sousvide.calibration/1\""))
      #expect(json.output.contains("\"compared\" : 3"))

      let unknown = await self.run(words + ["--judge", "sufficency"])
      #expect(unknown.code == 1)
      #expect(unknown.error.contains("unknown judge `sufficency`"))
      #expect(unknown.error.contains("sufficiency"))
    }
  }

  @Test func aRemoteJudgeIsCalibratedAndItsAnswersAreSampledFromTheTape() async throws {
    let server = try judging()
    defer { server.stop() }
    setenv("SOUSVIDE_TEST_CALIBRATE_KEY", "sk-calibrate-012345", 1)
    try await withAsyncTemporaryDirectory { folder in
      let path = try recipe(folder, port: server.port, variable: "SOUSVIDE_TEST_CALIBRATE_KEY")
      let runs = folder.appendingPathComponent("runs")
      let file = folder.appendingPathComponent("examples.jsonl")
      let lines = [("moves left", "Yes"), ("moves up", "No"), ("moves left slowly", "No")].map {
        "{\"shows\": {\"item.problem\": \"?\", \"item.options\": \"\", \"item.answer\": \"left\", "
          + "\"segment.observation\": \"\($0)\"}, \"label\": \"\($1)\"}"
      }
      try Data(lines.joined(separator: "\n").utf8).write(to: file)
      let (code, output, error) = await run([
        "judge", "calibrate", path, "--examples", file.path, "--runs", runs.path,
      ])
      #expect(code == 0, "\(error)")
      #expect(output.contains("agreement  66.7 %"))
      #expect(output.contains("line 3: people say No, the judge Yes: It says so."))
      #expect(error.contains("judge sufficiency: 3 asked"))

      // A run that has recorded nothing: its judge's answers are on the tape.
      let empty = runs.appendingPathComponent("empty")
      try FileManager.default.createDirectory(at: empty, withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        atPath: path, toPath: empty.appendingPathComponent("recipe.yaml").path)
      let sampled = await run(["judge", "sample", empty.path, "--count", "2"])
      #expect(sampled.code == 0, "\(sampled.error)")
      #expect(sampled.output.split(separator: "\n").count == 2)
      #expect(sampled.output.contains("\"explanation\": \"It says so.\""))
    }
  }

  @Test func badArgumentsAreNamed() async throws {
    let (code, _, error) = await run(["judge", "calibrate", Self.quickstart])
    #expect(code == 2)
    #expect(error.contains("judge calibrate needs --examples FILE"))
    #expect(await run(["judge", "sample", "nowhere"]).code == 1)
    #expect(await run(["judge", "sample", "x", "--count", "0"]).code == 2)
    #expect(
      await run(["judge", "calibrate", Self.quickstart, "--examples", "nowhere"]).error
        .contains("nowhere: cannot be read"))
  }
}
