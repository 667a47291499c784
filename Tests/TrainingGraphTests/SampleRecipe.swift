import Foundation
import RecipeLanguage
import Rewards
import TrainingGraph

/// A complete recipe without a world.
enum SampleRecipe {
  static let text = """
    sousvide: 1
    edition: 2026-11
    about: {title: "Sample"}
    run: {name: sample, seed: 3}
    model:
      architecture: qwen2_5_vl
      from: scratch
      text: {hidden_size: 64, layers: 2, heads: 2, key_value_heads: 1, intermediate_size: 96, mrope_section: [4, 6, 6]}
      vision: {hidden_size: 32, depth: 1, heads: 2, intermediate_size: 48, full_attention_blocks: [0]}
      tokenizer: {train_on: traces, vocabulary_size: 400}
    video: {sampler: uniform, frames: 8}
    data:
      traces: {kind: demo, clips: 10}
      questions: {kind: demo, clips: 20}
    segments:
      observation: {process: perception}
      think: {process: reasoning}
      answer: {process: reasoning}
    judges:
      sufficiency:
        api: demo
        sees: [item.problem, item.answer, segment.observation]
        uses_reference: true
    rewards:
      sufficient: {kind: judge, judge: sufficiency, of: [observation], credit: perception}
      observation_length:
        kind: length
        of: [observation]
        window: 4..20 tok
        when: sufficient > 0
        credit: perception
      correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
      template: {kind: format, of: [think, answer], credit: reasoning}
    normalization:
      perception: {over: group}
    stages:
      cold: {algorithm: sft, data: traces, steps: 5, batch_size: 2, learning_rate: 1.0e-3}
      rl:
        algorithm: process_aware_grpo
        init: cold
        data: questions
        steps: 4
        prompts_per_step: 2
        group_size: 4
        sampling: {max_new_tokens: 30 tok}
        kl: {reference: cold}
        learning_rate: 1.0e-4
    eval:
      held_out: {data: questions, after: [cold, rl], max_new_tokens: 30 tok}
    """

  static let vocabulary = Vocabulary(
    rewards: RewardRegistry.standard.schemas, algorithms: Algorithms.schemas,
    judges: [KindSchema("demo", summary: "a judge")],
    data: [KindSchema("demo", summary: "data", fields: [.required("clips", .count, "clips")])],
    models: [QwenModelKind.schema], samplers: SamplerKinds.schemas)

  /// The checked recipe, with replacements made in its text first.
  static func check(_ replacements: [(String, String)] = []) -> CheckResult {
    var text = text
    for (old, new) in replacements { text = text.replacingOccurrences(of: old, with: new) }
    return RecipeChecker.check(text: text, vocabulary: vocabulary)
  }

  static func graph(_ replacements: [(String, String)] = []) throws -> TrainingGraph {
    let result = check(replacements)
    guard let recipe = result.recipe else {
      throw SampleError(text: DiagnosticRenderer(files: result.files).render(result.diagnostics))
    }
    return try Lowering.lower(recipe)
  }
}

struct SampleError: Error, CustomStringConvertible {
  var text: String
  var description: String { text }
}
