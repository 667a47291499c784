import Foundation
import TestSupport
import Testing

@testable import sousvide

extension SignalTests {
  /// `sousvide run` from a recipe file to a report, on a world of a few clips.
  @Suite struct RunCommandTests {
    static let recipe = """
      sousvide: 1
      edition: 2026-11
      run: {name: tiny, seed: 3}
      model:
        architecture: qwen2_5_vl
        from: scratch
        text: {hidden_size: 32, layers: 1, heads: 2, key_value_heads: 1, intermediate_size: 48, rope_theta: 20, mrope_section: [2, 3, 3]}
        vision: {hidden_size: 32, depth: 1, heads: 2, intermediate_size: 32, full_attention_blocks: [0]}
        tokenizer: {train_on: traces, vocabulary_size: 400}
      video: {sampler: uniform, frames: 4}
      data:
        traces: {kind: clipworld, split: foundation, clips: 8, seed: 1}
        questions: {kind: clipworld, split: train, clips: 6, seed: 2}
      segments:
        observation: {process: perception}
        think: {process: reasoning}
        answer: {process: reasoning}
      rewards:
        shown: {kind: format, of: [observation], credit: perception}
        correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
      stages:
        cold: {algorithm: sft, data: traces, steps: 12, batch_size: 4, learning_rate: 1.0e-2}
        rl:
          algorithm: process_aware_grpo
          init: cold
          data: questions
          steps: 2
          prompts_per_step: 2
          group_size: 4
          sampling: {max_new_tokens: 24 tok}
          kl: {coefficient: 0}
          learning_rate: 1.0e-3
      eval:
        check: {data: questions, after: [cold, rl], max_new_tokens: 24 tok}
      """

    private static func write(in folder: URL) throws -> [String] {
      let recipe = folder.appendingPathComponent("tiny.yaml")
      try Data(Self.recipe.utf8).write(to: recipe)
      return [
        "run", recipe.path, "--runs", folder.path + "/runs", "--data", folder.path + "/data",
      ]
    }

    @Test func aRunLeavesCheckpointsMetricsAndAReport() async throws {
      let folder = try temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let words = try Self.write(in: folder)
      let recording = Recording()
      let code = await Sousvide.tool.run(words, on: recording.console())
      #expect(code == .success, "\(recording.error)")
      #expect(recording.output.contains("accuracy"))
      #expect(recording.output.contains("report.html"))
      let run = folder.appendingPathComponent("runs/tiny")
      for file in [
        "recipe.yaml", "graph.json", "metrics.jsonl", "trace.jsonl", "rollouts.jsonl",
        "summary.json", "report.html", "checkpoints/cold/config.json",
        "checkpoints/rl/model.safetensors", "checkpoints/rl/tokenizer.json",
      ] {
        #expect(
          FileManager.default.fileExists(atPath: run.appendingPathComponent(file).path), "\(file)")
      }

      try await Self.evaluatesAgain(run, folder)

      // The same recipe again: nothing is trained twice, and nothing is overwritten.
      let again = Recording()
      let forPrograms = words + ["--progress", "json", "--json"]
      #expect(await Sousvide.tool.run(forPrograms, on: again.console()) == .success)
      let lines = again.error.split(separator: "\n").filter {
        $0.contains(#""schema":"sousvide.progress/1""#)
      }
      #expect(lines.count { $0.contains(#""event":"evaluation""#) } == 2, "\(again.error)")
      #expect(again.output.contains("\"schema\" : \"sousvide.run/1\""), "\(again.output)")
      #expect(again.output.contains("/runs/tiny-2/report.html"))
      let metrics = try String(
        contentsOf: folder.appendingPathComponent("runs/tiny-2/metrics.jsonl"), encoding: .utf8)
      #expect(!metrics.contains("\"kind\":\"step\""))
      #expect(metrics.contains("\"kind\":\"evaluation\""))
    }

    /// `sousvide eval` finds what the run found, from its folder and from a recipe with its checkpoint.
    private static func evaluatesAgain(_ run: URL, _ folder: URL) async throws {
      func eval(_ words: String...) async -> (code: ExitCode, output: String, error: String) {
        let recording = Recording()
        let code = await Sousvide.tool.run(
          ["eval"] + words + ["--data-folder", folder.path + "/data"], on: recording.console())
        return (code, recording.output, recording.error)
      }
      let file = run.appendingPathComponent("evaluations/check/rl.jsonl")
      let responses = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      #expect(responses.count == 6)
      let text = await eval(run.path)
      #expect(text.code == .success, "\(text.error)")
      #expect(text.output.contains("check, rl, 6 questions"), "\(text.output)")
      #expect(text.output.contains("95 % interval"))
      let again = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
      func withoutStep(_ lines: [Substring]) -> [String] {
        lines.map { String($0).replacing(/"step":[0-9]+/, with: "") }
      }
      #expect(withoutStep(again) == withoutStep(responses))

      let json = await eval(
        folder.path + "/tiny.yaml", "--checkpoint", run.path + "/checkpoints/cold", "--data",
        "traces", "--json")
      #expect(json.code == .success, "\(json.error)")
      #expect(json.output.contains("\"sousvide.eval/1\""))
      #expect(json.output.contains("\"questions\" : 8"))
      #expect(
        FileManager.default.fileExists(
          atPath: run.path + "/checkpoints/evaluations/traces/cold.jsonl"))

      try await Self.keepsWhatTheRunFound(run, folder)
      try await Self.evaluatesAgainAfterControlC(run, folder)

      let unnamed = await eval(folder.path + "/tiny.yaml")
      #expect(unnamed.code == .usage)
      #expect(unnamed.error.contains("--checkpoint"))
      let unknown = await eval(run.path, "--data", "nothing")
      #expect(unknown.code == .failure)
      #expect(unknown.error.contains("no data `nothing`; it has traces, questions"))
      let absent = await eval(run.path, "--checkpoint", "nowhere")
      #expect(absent.code == .failure)
      #expect(absent.error.contains("no such folder of model files"))
    }

    /// Results of other weights and of a changed recipe stand beside those weights.
    private static func keepsWhatTheRunFound(_ run: URL, _ folder: URL) async throws {
      let own = run.appendingPathComponent("evaluations/check/rl.jsonl")
      let found = try Data(contentsOf: own)
      let other = folder.appendingPathComponent("other/rl")
      try FileManager.default.createDirectory(
        at: other.deletingLastPathComponent(), withIntermediateDirectories: true)
      try FileManager.default.copyItem(
        at: run.appendingPathComponent("checkpoints/cold"), to: other)
      let cases: [(words: [String], file: String)] = [
        (["--checkpoint", other.path], folder.path + "/other/evaluations/check/rl.jsonl"),
        (
          ["--set", "eval.check.max_new_tokens=8 tok"],
          run.path + "/checkpoints/evaluations/check/rl.jsonl"
        ),
      ]
      for (words, file) in cases {
        try? FileManager.default.removeItem(atPath: file)
        let recording = Recording()
        let code = await Sousvide.tool.run(
          ["eval", run.path] + words + ["--data-folder", folder.path + "/data"],
          on: recording.console())
        #expect(code == .success, "\(recording.error)")
        #expect(FileManager.default.fileExists(atPath: file), "\(words)")
        #expect(try Data(contentsOf: own) == found, "\(words)")
      }
    }

    /// Nothing of an evaluation that is stopped stands in the way of the next one.
    private static func evaluatesAgainAfterControlC(_ run: URL, _ folder: URL) async throws {
      let file = run.appendingPathComponent("evaluations/check/rl.jsonl")
      let found = try Data(contentsOf: file)
      let words = ["eval", run.path, "--data-folder", folder.path + "/elsewhere"]
      let recording = Recording()
      let code = await Sousvide.tool.run(
        words, on: recording.console(pressingControlCAt: "rendering"))
      #expect(code.rawValue == 130, "\(recording.error)")
      #expect(recording.error.contains("stopping after these questions"))
      #expect(recording.error.contains("stopped before any question was done"))
      #expect(try Data(contentsOf: file) == found)

      let again = Recording()
      #expect(await Sousvide.tool.run(words, on: again.console()) == .success, "\(again.error)")
      #expect(try Data(contentsOf: file) == found)
      #expect(
        !FileManager.default.fileExists(
          atPath: file.deletingPathExtension().appendingPathExtension("partial").path))
    }

    @Test func aRunUpToAStageGoesOnToTheSameEnd() async throws {
      let folder = try temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let words = try Self.write(in: folder)
      func run(_ more: String..., runs: String = "runs") async -> (code: ExitCode, error: String) {
        let recording = Recording()
        let words = words.map { $0 == folder.path + "/runs" ? folder.path + "/" + runs : $0 }
        let code = await Sousvide.tool.run(words + more, on: recording.console())
        return (code, recording.error)
      }
      func file(_ name: String, runs: String = "runs") -> Data? {
        try? Data(contentsOf: folder.appendingPathComponent("\(runs)/tiny/\(name)"))
      }
      let unknown = await run("--until", "warm")
      #expect(unknown.code == .usage && unknown.error.contains("it has cold, rl"))
      // Once it is there, it is not made again.
      for _ in 0..<2 {
        let first = await run("--name", "tiny", "--until", "cold")
        #expect(first.code == .success && first.error.contains("stage cold is complete"))
        #expect(file("checkpoints/cold.json") != nil && file("report.html") == nil)
      }
      let rest = await run("--name", "tiny")
      #expect(rest.code == .success && rest.error.contains("going on with"), "\(rest.error)")
      #expect(await run(runs: "whole").code == .success)
      let weights = "checkpoints/rl/model.safetensors"
      #expect(file(weights) != nil && file(weights) == file(weights, runs: "whole"))
    }

    @Test func whatAPipelineMadeIsEvaluated() async throws {
      let folder = try temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let file = folder.appendingPathComponent("piped.yaml")
      let text = Self.recipe.replacing("name: tiny", with: "name: piped")
        .replacing(
          "segments:\n",
          with: "  check: {kind: clipworld, split: train, clips: 2, seed: 4}\nsegments:\n"
        ).replacing(
          "stages:\n",
          with: """
            generators:
              teacher: {api: oracle, wrong_answers: 50%}
            stages:
              made:
                algorithm: pipeline
                data: traces
                steps: {written: {do: write, by: teacher}, right: {do: keep, when: correct > 0}}

            """
        ).replacing("data: traces, steps: 12", with: "data: stages.made, steps: 2")
        .replacing(try Regex("  rl:\n(    .*\n)+"), with: "").replacing(
          "[cold, rl]", with: "[cold]")
      try Data(text.utf8).write(to: file)
      func run(_ words: [String]) async -> (code: ExitCode, output: String, error: String) {
        let recording = Recording()
        let code = await Sousvide.tool.run(words, on: recording.console())
        return (code, recording.output, recording.error)
      }
      let trained = await run([
        "run", file.path, "--runs", folder.path + "/runs", "--data", folder.path + "/data",
      ])
      #expect(trained.code == .success, "\(trained.error)")
      let made = folder.appendingPathComponent("runs/piped/checkpoints/made")
      let kept = try String(
        contentsOf: made.appendingPathComponent("records.jsonl"), encoding: .utf8
      ).split(separator: "\n").count
      let words = [
        "eval", folder.path + "/runs/piped", "--data", "stages.made", "--data-folder",
        folder.path + "/data",
      ]
      let evaluated = await run(words)
      #expect(evaluated.code == .success, "\(evaluated.error)")
      #expect(
        evaluated.output.contains("stages.made, cold, \(kept) question"), "\(evaluated.output)")
      // Data that are called as another evaluation is.
      let own = folder.appendingPathComponent("runs/piped/evaluations/check/cold.jsonl")
      let found = try Data(contentsOf: own)
      let named = await run(words.map { $0 == "stages.made" ? "check" : $0 })
      #expect(named.output.contains("check, cold, 2 questions"), "\(named.error)")
      #expect(try Data(contentsOf: own) == found)

      try FileManager.default.removeItem(at: made.appendingPathComponent("pipeline.json"))
      let unfinished = await run(words)
      #expect(unfinished.code == .failure)
      #expect(unfinished.error.contains("the pipeline `made` has not finished there"))
    }

    @Test func controlCSavesTheStateAndTheNextRunGoesOn() async throws {
      let folder = try temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let words = try Self.write(in: folder)

      let whole = folder.appendingPathComponent("whole")
      let reference = Recording()
      let uninterrupted = words.map { $0 == folder.path + "/runs" ? whole.path : $0 }
      #expect(await Sousvide.tool.run(uninterrupted, on: reference.console()) == .success)

      let recording = Recording()
      let code = await Sousvide.tool.run(
        words, on: recording.console(pressingControlCAt: "cold 3/12"))
      #expect(code.rawValue == 130, "\(recording.error)")
      #expect(recording.error.contains("the state is saved"))
      #expect(recording.error.contains("sousvide run \(words[1])"))

      let resumed = Recording()
      #expect(await Sousvide.tool.run(words, on: resumed.console()) == .success)
      #expect(resumed.error.contains("resuming after step"))
      for file in [
        "metrics.jsonl", "trace.jsonl", "rollouts.jsonl", "checkpoints/rl/model.safetensors",
      ] {
        let ours = try Data(contentsOf: folder.appendingPathComponent("runs/tiny/\(file)"))
        let theirs = try Data(contentsOf: whole.appendingPathComponent("tiny/\(file)"))
        #expect(ours == theirs, "\(file)")
      }
    }
  }
}
