import Foundation
import Models
import TestSupport
import Testing

@testable import sousvide

extension SignalTests {
  /// Judges and generators that are models in a folder, run by the engine.
  @Suite struct LocalJudgeTests {
    static let recipe = """
      sousvide: 1
      edition: 2026-11
      run: {name: local, seed: 3}
      model:
        architecture: qwen2
        from: scratch
        text: {hidden_size: 32, layers: 1, heads: 2, key_value_heads: 1, intermediate_size: 48}
        tokenizer: {train_on: items, vocabulary_size: 400}
        prompt: {system: "", user: "{item.problem}"}
      data:
        items: {kind: records, path: items.jsonl}
      segments:
        answer: {process: reasoning}
      judges:
        plausible:
          api: local
          model: models/judge
          sees: [item.problem, segment.answer]
          on_failure: abstain
          prompt: "{item.problem} {segment.answer | fence}"
          verdict: {tag: judgement, labels: {"Yes": 1, "No": 0}}
          sampling: {temperature: 1.0, seed: 5, max_new_tokens: 8 tok}
      generators:
        teacher:
          api: local
          model: models/writer
          prompt: "{item.problem}"
          sampling: {max_new_tokens: 8 tok}
      rewards:
        correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
        fair: {kind: judge, judge: plausible, of: [answer], credit: reasoning}
      stages:
        curated:
          algorithm: pipeline
          data: items
          steps:
            drafted: {do: write, by: teacher}
            verified: {do: keep, when: correct == 1}
        sft:
          algorithm: sft
          data: stages.curated
          steps: 30
          batch_size: 2
          learning_rate: 1.0e-2
        rl:
          algorithm: grpo
          init: sft
          data: items
          steps: 2
          prompts_per_step: 2
          group_size: 3
          sampling: {max_new_tokens: 6 tok}
          kl: {coefficient: 0}
          learning_rate: 1.0e-3
      eval:
        check: {data: items, after: [rl], max_new_tokens: 6 tok}
      """

    /// A folder with the recipe, its data, and the models that it names.
    private func folder(
      judge: ChainModel = .judge, replacing change: (String, String)? = nil,
      _ body: (URL, _ recipe: String) async throws -> Void
    ) async throws {
      let items = ["red", "blue", "green"].map { colour in
        #"{"problem_id": "\#(colour)", "problem": "what does \#(colour) pay ?", "problem_type": "numerical", "answer": "\#(colour == "green" ? 7 : 4)"}"#
      }
      let texts = [
        "recipe.yaml": change.map { Self.recipe.replacing($0.0, with: $0.1) } ?? Self.recipe,
        "items.jsonl": items.joined(separator: "\n"),
      ]
      try await with(texts) { folder in
        let models = folder.appendingPathComponent("models")
        try FileManager.default.createDirectory(at: models, withIntermediateDirectories: true)
        try judge.write(to: models.appendingPathComponent("judge"))
        try ChainModel.writer.write(to: models.appendingPathComponent("writer"))
        try await body(folder, folder.appendingPathComponent("recipe.yaml").path)
      }
    }

    private func file(_ path: String, in folder: URL) throws -> String {
      try String(contentsOf: folder.appendingPathComponent(path), encoding: .utf8)
    }

    private func run(
      _ recipe: String, in folder: URL, runs: String, _ words: String...
    ) async -> (code: Int32, output: String, error: String) {
      let recording = Recording()
      let code = await Sousvide.tool.run(
        [
          "run", recipe, "--runs", folder.appendingPathComponent(runs).path, "--data",
          folder.appendingPathComponent("data").path,
        ] + words, on: recording.console())
      return (code.rawValue, recording.output, recording.error)
    }

    private static let records = ["rollouts.jsonl", "evaluations/check/rl.jsonl"]

    @Test func aRunIsWrittenForAndJudgedByModelsOfItsOwnAndRepeatedWithoutThem() async throws {
      try await folder { folder, recipe in
        let one = await run(recipe, in: folder, runs: "one", "--threads", "1")
        #expect(one.code == 0, "\(one.error)")
        // Two of three items have the answer that the generator writes.
        let kept = try file("one/local/pipelines/curated/records.jsonl", in: folder, or: "curated")
        #expect(kept.split(separator: "\n").count == 2, "\(kept)")
        let counts = try file("one/local/judges.jsonl", in: folder)
        #expect(counts.contains(#""judge":"plausible""#))
        #expect(counts.contains(#""judge":"generator teacher""#))
        let rollouts = try file("one/local/rollouts.jsonl", in: folder)
        #expect(rollouts.contains(#""fair":"Yes""#) && rollouts.contains(#""fair":"No""#))

        let two = await run(recipe, in: folder, runs: "two", "--threads", "2")
        #expect(two.code == 0, "\(two.error)")
        for name in Self.records {
          #expect(
            try file("two/local/\(name)", in: folder) == file("one/local/\(name)", in: folder),
            "\(name)")
        }

        try FileManager.default.removeItem(at: folder.appendingPathComponent("models"))
        let gone = await run(recipe, in: folder, runs: "two", "--fresh")
        #expect(gone.code == 1)
        #expect(
          gone.error.contains("SV5752") && gone.error.contains("`models/judge` does not exist"))
        let replayed = await run(recipe, in: folder, runs: "two", "--fresh", "--offline")
        #expect(replayed.code == 0, "\(replayed.error)")
        for name in Self.records {
          #expect(
            try file("two/local-2/\(name)", in: folder) == file("one/local/\(name)", in: folder),
            "\(name)")
        }
        let evaluated = await sousvide(
          "eval", folder.path + "/two/local-2", "--data-folder", folder.path + "/data", "--offline")
        #expect(evaluated.code == 0, "\(evaluated.error)")
        #expect(evaluated.output.contains("check, rl, 3 questions"), "\(evaluated.output)")
        for tier in ["rescore", "rerun"] {
          let again = await sousvide(
            "replay", folder.path + "/two/local-2", "--data", folder.path + "/data", "--tier", tier)
          #expect(again.code == 0, "\(again.error)")
          #expect(again.output.contains("rl: all 2 steps equal, bit for bit"), "\(again.output)")
        }
        try FileManager.default.moveItem(
          atPath: folder.path + "/two/judges.sqlite", toPath: folder.path + "/tape")
        try await Self.theRunRemembersWhatItWasTold(folder)
        let untaped = await run(recipe, in: folder, runs: "three", "--offline")
        #expect(untaped.code == 1)
        #expect(untaped.error.contains("there is no tape of verdicts"), "\(untaped.error)")
      }
    }

    /// A run is replayed without the tape, elsewhere too, and only from what it was told.
    private static func theRunRemembersWhatItWasTold(_ folder: URL) async throws {
      let bundle = folder.path + "/local.zip"
      let made = await sousvide("bundle", "create", folder.path + "/two/local-2", "-o", bundle)
      #expect(made.code == 0 && !made.error.contains("warning"), "\(made.error)")
      let imported = await sousvide(
        "bundle", "import", bundle, "--into", folder.path + "/four/theirs")
      #expect(imported.code == 0, "\(imported.error)")
      let run = folder.appendingPathComponent("four/theirs")
      func replay() async -> (code: Int32, output: String, error: String) {
        await sousvide("replay", run.path, "--data", folder.path + "/data")
      }
      let again = await replay()
      #expect(again.code == 0, "\(again.error)")
      #expect(again.output.contains("rl: all 2 steps equal, bit for bit"), "\(again.output)")

      let answers = run.appendingPathComponent("answers.jsonl")
      let whole = try String(contentsOf: answers, encoding: .utf8)
      let lines = whole.split(separator: "\n")
      #expect(Set(lines).count == lines.count, "each is kept once")
      try Data(whole.replacing(#""score":1"#, with: #""score":0"#).utf8).write(to: answers)
      let other = await replay()
      #expect(other.code == 1)
      #expect(
        other.error.contains("is the first that differs, from its rewards on"), "\(other.error)")
      try Data((lines[0] + "\n{\"answer\": 7}\n").utf8).write(to: answers)
      let damaged = await replay()
      #expect(damaged.code == 1)
      #expect(damaged.error.contains("answers.jsonl' line 2"), "\(damaged.error)")
      try FileManager.default.removeItem(at: answers)
      let silent = await replay()
      #expect(silent.code == 1)
      #expect(silent.error.contains("there is no tape of verdicts"), "\(silent.error)")
    }

    /// The file, or the one of that name in the only folder below the run that has the stage's name.
    private func file(_ path: String, in folder: URL, or stage: String) throws -> String {
      if let text = try? file(path, in: folder) { return text }
      let name = URL(fileURLWithPath: path).lastPathComponent
      let paths = FileManager.default.enumerator(atPath: folder.path)?.allObjects ?? []
      let found = try #require(
        paths.compactMap { $0 as? String }.first { $0.hasSuffix("\(stage)/\(name)") })
      return try file(found, in: folder)
    }

    @Test func verdictsAreComparedWithPeopleAndProseIsAFailureOfTheJudge() async throws {
      let examples = (0..<12).map { index in
        #"{"label": "Yes", "shows": {"item.problem": "what ?", "segment.answer": "\#(index)"}}"#
      }.joined(separator: "\n")
      for (model, failures) in [(ChainModel.judge, 0), (.talker, 12)] {
        try await folder(judge: model) { folder, recipe in
          let file = folder.appendingPathComponent("labelled.jsonl")
          try Data(examples.utf8).write(to: file)
          let result = await sousvide(
            "judge", "calibrate", recipe, "--examples", file.path, "--runs", folder.path)
          #expect(result.code == 0, "\(result.error)")
          #expect(result.error.contains("judge plausible: 12 asked"), "\(result.error)")
          #expect(
            result.error.contains("12 without a verdict (parse 12)") == (failures == 12),
            "\(result.error)")
          #expect(result.output.contains("\(12 - failures) of 12 examples compared"))
        }
      }
    }

    @Test func aQuestionThatDoesNotFitIsAFailureOfItsOwn() async throws {
      try await folder { folder, recipe in
        let file = folder.appendingPathComponent("labelled.jsonl")
        let texts = ["short", String(repeating: "long ", count: 60)].map {
          #"{"label": "Yes", "shows": {"item.problem": "what ?", "segment.answer": "\#($0)"}}"#
        }
        try Data(texts.joined(separator: "\n").utf8).write(to: file)
        let result = await sousvide(
          "judge", "calibrate", recipe, "--examples", file.path, "--runs", folder.path)
        #expect(result.code == 0, "\(result.error)")
        #expect(result.error.contains("1 without a verdict (context 1)"), "\(result.error)")
      }
    }

    @Test func anotherArchitectureIsRefusedBeforeAnythingStarts() async throws {
      try await folder { folder, recipe in
        let configuration = folder.appendingPathComponent("models/judge/config.json")
        let text = try String(contentsOf: configuration, encoding: .utf8)
        try Data(text.replacing("\"qwen2\"", with: "\"llama\"").utf8).write(to: configuration)
        let result = await run(recipe, in: folder, runs: "runs")
        #expect(result.code == 1)
        #expect(result.error.contains("SV5958"), "\(result.error)")
        #expect(result.error.contains("`plausible` cannot be run"))
        #expect(result.error.contains("llama"))
        #expect(result.error.contains("recipe.yaml:17"), "\(result.error)")
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/runs/local"))
      }
    }

    @Test func aPlanCountsTheWeightsAndTheAnswersOfTheModels() async throws {
      try await folder { _, recipe in
        let result = await sousvide("plan", recipe, "--format", "json")
        #expect(result.code == 0, "\(result.error)")
        let document = try JSONSerialization.jsonObject(with: Data(result.output.utf8))
        let forecast = try #require((document as? [String: Any])?["forecast"] as? [String: Any])
        let entries = try #require(forecast["entries"] as? [[String: Any]])
        #expect(
          entries.compactMap { $0["name"] as? String } == ["curated", "sft", "rl", "check/rl"])
        for index in [0, 2, 3] {
          let moments = try #require(entries[index]["moments"] as? [String: [String: Int]])
          let asking = try #require(moments["asking"])
          #expect(try #require(asking["keys and values"]) > 0)
          #expect(try #require(asking["frozen weights"]) > 2 * 320 * 32 * 4)
        }
        let assumptions = try #require(forecast["assumptions"] as? [String])
        #expect(
          assumptions.contains("questions to judge plausible as long as a prompt with its response")
        )
      }
    }
  }
}
