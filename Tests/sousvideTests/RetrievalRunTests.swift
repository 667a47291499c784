import ClipWorld
import Foundation
import Retrieval
import Rewards
import TestSupport
import Testing
import Trainer

@testable import sousvide

extension SignalTests {
  /// Passages for every question: from a file or from a world, in prompts and in the trace.
  @Suite struct RetrievalTests {
    /// Every question about prices finds the passage without which it has no answer.
    @Test func theListsOfAWorldAnswerItsQuestions() throws {
      let folder = try temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let texts = try PriceLists.folder(besideWorld: folder)
      let collection = try TextCollection(contentsOf: texts)
      #expect(collection.passages == PriceLists.passages)
      let index = try PassageIndex(collection)
      for split in ClipWorldSettings.Split.allCases {
        let records = try ClipWorldGenerator.records(
          ClipWorldSettings(split: split, clips: 100, seed: 5, families: ["knowledge"]))
        let found = try PassageRetrieval(index, query: "problem", count: 4).adding(to: records)
        for record in found {
          let fact = try #require(record.text(of: "outside_fact"))
          #expect(record.passages?.count == 4)
          #expect(record.passages?.contains(fact) == true, "\(record.problem)")
        }
      }
    }

    private static let recipe = """
      sousvide: 1
      edition: 2026-11
      run: {name: retrieving, seed: 3}
      model:
        architecture: qwen2
        from: scratch
        text: {hidden_size: 32, layers: 1, heads: 2, key_value_heads: 1, intermediate_size: 48}
        tokenizer: {train_on: items, vocabulary_size: 400}
        prompt: {system: "", user: "{item.passages} {item.problem}"}
      data:
        items: {kind: records, path: items.jsonl}
      retrieval: {collection: facts.txt, passages: 1}
      segments:
        answer: {process: reasoning}
      rewards:
        correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
      stages:
        sft: {algorithm: sft, data: items, steps: 2, batch_size: 2, learning_rate: 1.0e-2}
        rl:
          algorithm: grpo
          init: sft
          data: items
          steps: 1
          prompts_per_step: 2
          group_size: 2
          sampling: {max_new_tokens: 4 tok}
          kl: {coefficient: 0}
          learning_rate: 1.0e-3
      eval:
        check: {data: items, after: [rl], max_new_tokens: 4 tok}
      """

    private func write(_ folder: URL, facts: [UInt8], _ replaced: (String, String)? = nil) throws
      -> String
    {
      var text = Self.recipe
      if let (old, new) = replaced { text = text.replacingOccurrences(of: old, with: new) }
      let items = ["red", "blue"].map { colour in
        #"{"problem_id": "\#(colour)", "problem": "what does \#(colour) pay ?", "problem_type": "numerical", "answer": "4", "output": "<answer>4</answer>"}"#
      }
      try Data(items.joined(separator: "\n").utf8).write(
        to: folder.appendingPathComponent("items.jsonl"))
      try Data(facts).write(to: folder.appendingPathComponent("facts.txt"))
      let recipe = folder.appendingPathComponent("recipe.yaml")
      try Data(text.utf8).write(to: recipe)
      return recipe.path
    }

    private func run(_ path: String, in folder: URL) async -> (code: ExitCode, recording: Recording)
    {
      let recording = Recording()
      let code = await Sousvide.tool.run(
        ["run", path, "--runs", folder.path + "/runs", "--data", folder.path + "/data"],
        on: recording.console())
      return (code, recording)
    }

    private static let facts = Array("red pays 4\nblue pays 7\n".utf8)

    @Test func whatWasFoundIsInTheTrace() async throws {
      let folder = try temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let (code, recording) = await run(try write(folder, facts: Self.facts), in: folder)
      #expect(code == .success, "\(recording.error)")
      for file in ["rollouts.jsonl", "evaluations/check/rl.jsonl"] {
        let text = try String(
          contentsOf: folder.appendingPathComponent("runs/retrieving/\(file)"), encoding: .utf8)
        #expect(text.contains(#""passages":["red pays 4"]"#), "\(file)")
        #expect(text.contains(#""passages":["blue pays 7"]"#), "\(file)")
      }
    }

    @Test func theCollectionIsPartOfWhatResultsDependOn() async throws {
      let folder = try temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      func digests(_ facts: String) async throws -> [Substring] {
        let path = try write(folder, facts: Array(facts.utf8))
        let recording = Recording()
        _ = await Sousvide.tool.run(["plan", path], on: recording.console())
        #expect(recording.output.contains("1 passages retrieved by problem"))
        return recording.output.matches(of: /\b[0-9a-f]{8,}\b/).map(\.output)
      }
      let (one, other) = (try await digests("red pays 4\n"), try await digests("red pays 5\n"))
      #expect(!one.isEmpty && one != other)
      #expect(try await digests("red pays 4\n") == one)
    }

    @Test func badCollectionsAreNamedWhereTheyAre() async throws {
      let folder = try temporaryFolder()
      defer { try? FileManager.default.removeItem(at: folder) }
      let broken = try write(folder, facts: [0x61, 0x0A, 0xFF])
      let damaged = await run(broken, in: folder)
      #expect(damaged.code == .failure)
      #expect(damaged.recording.error.contains("facts.txt, line 2: the text is not UTF-8"))
      let missing = await run(
        try write(folder, facts: Self.facts, ("facts.txt", "lost.txt")), in: folder)
      #expect(missing.code == .failure)
      #expect(missing.recording.error.contains("SV5752"))
      let column = await run(
        try write(folder, facts: Self.facts, ("passages: 1", "passages: 1, query: topic")),
        in: folder
      )
      #expect(column.code == .failure)
      #expect(column.recording.error.contains("`retrieval.query` is `topic`"))
    }
  }
}
