import Experiments
import Foundation
import RecipeLanguage
import TrainingGraph

/// A recipe of three steps, which takes less than a second: supervised ones and GRPO on a language model of a
/// few thousand parameters.
enum SelfTest {
  static let recipe = """
    sousvide: 1
    edition: 2026-11
    run: {name: self_test, seed: 1}
    model:
      architecture: qwen2
      from: scratch
      text: {hidden_size: 32, layers: 1, heads: 2, key_value_heads: 1, intermediate_size: 48, rope_theta: 100}
      tokenizer: {train_on: sums, vocabulary_size: 300}
      prompt: {system: "", user: "{item.problem}"}
    data:
      sums: {kind: records, path: sums.jsonl}
    segments:
      answer: {process: reasoning}
    rewards:
      correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
      brief: {kind: length, of: [answer], window: 1..8 tok, credit: reasoning, when: correct > 0}
    stages:
      sft: {algorithm: sft, data: sums, steps: 1, batch_size: 4, learning_rate: 1.0e-2}
      rl:
        algorithm: grpo
        init: sft
        data: sums
        steps: 2
        prompts_per_step: 2
        group_size: 4
        sampling: {temperature: 1.0, max_new_tokens: 16 tok}
        truncation: score
        kl: {coefficient: 0.01, reference: sft}
        learning_rate: 1.0e-3

    """

  /// The recipe of the test has errors.
  struct Unusable: Error, CustomStringConvertible {
    var messages: [String]

    var description: String { "its recipe has errors: \(messages.joined(separator: "; "))" }
  }

  /// Sixteen sums with their answers.
  static let records = (0..<16).map { number in
    let (a, b) = (number / 4, number % 4)
    return #"{"problem_id": "\#(a)+\#(b)", "problem": "How much is \#(a) and \#(b) ?", "#
      + #""problem_type": "numerical", "answer": "\#(a + b)", "output": "<answer>\#(a + b)</answer>"}"#
      + "\n"
  }.joined()

  /// Writes the recipe's data into a folder, and lowers it.
  ///
  /// - Throws: `Unusable` where the vocabulary of this program no longer has what the recipe says.
  static func graph(in folder: URL) throws -> TrainingGraph {
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    try Data(records.utf8).write(to: folder.appendingPathComponent("sums.jsonl"))
    let result = RecipeChecker.check(
      text: recipe, path: folder.appendingPathComponent("self_test.yaml").path,
      vocabulary: .standard)
    guard let recipe = result.recipe else {
      throw Unusable(messages: result.diagnostics.map(\.message))
    }
    return try Lowering.lower(recipe, facts: RecipeFacts.standard(recipe.root))
  }

  /// Runs it twice in a folder that is removed.
  static func finding() async -> Finding {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("sousvide-doctor-\(UUID().uuidString)", isDirectory: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    do {
      return try await DeterminismTest(
        graph(in: folder), data: DataSources.all(below: folder.path, threads: 1) { _ in },
        in: folder
      ).finding
    } catch {
      return Finding(
        "determinism", "not tested: \(error)", .failure,
        help: "the folder for temporary files must have some space")
    }
  }
}
