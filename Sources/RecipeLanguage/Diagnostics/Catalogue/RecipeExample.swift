/// A recipe that shows something, written as what differs from a small complete one.
public struct RecipeExample: Sendable {
  private enum Form: Sendable {
    case sections(String)
    case whole(String, excerpt: String)
  }

  private let form: Form
  /// What the checker is told about the world outside the recipe.
  public let facts: StatedFacts

  /// Top-level keys that replace those of `base`, or are added to it.
  public static func sections(_ text: String, facts: StatedFacts = StatedFacts()) -> RecipeExample {
    RecipeExample(form: .sections(text), facts: facts)
  }

  /// A complete file, for what `base` would hide.
  ///
  /// - Parameter excerpt: what people are shown of it, when not all.
  public static func whole(
    _ text: String, excerpt: String? = nil, facts: StatedFacts = StatedFacts()
  ) -> RecipeExample {
    RecipeExample(form: .whole(text, excerpt: excerpt ?? text), facts: facts)
  }

  /// As shown to people: only what matters.
  public var excerpt: String {
    switch form {
    case .sections(let text), .whole(_, let text): text
    }
  }

  /// As checked.
  public var text: String {
    switch form {
    case .whole(let text, _): text
    case .sections(let text):
      Self.blocks(of: text).reduce(into: Self.blocks(of: Self.base)) { blocks, block in
        if let place = blocks.firstIndex(where: { $0.key == block.key }) {
          blocks[place] = block
        } else {
          blocks.append(block)
        }
      }.map(\.lines).joined()
    }
  }

  /// One top-level key of the base with its value, to write what differs from it.
  static func baseSection(_ key: String) -> String {
    blocks(of: base).first { $0.key == key }?.lines ?? ""
  }

  /// Lines from one top-level key up to the next.
  private static func blocks(of text: String) -> [(key: String, lines: String)] {
    var blocks: [(key: String, lines: String)] = []
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      let begins = line.utf8.first.map { $0.isNameStart || $0 == UInt8(ascii: "\"") } ?? false
      if begins {
        blocks.append((String(line.prefix { $0 != ":" }), "\(line)\n"))
      } else if blocks.isEmpty {
        blocks.append(("", "\(line)\n"))
      } else {
        blocks[blocks.count - 1].lines += "\(line)\n"
      }
    }
    return blocks
  }

  /// A complete recipe about which nothing is to be said.
  public static let base = """
    sousvide: 1
    edition: 2026-11
    run: {name: example, seed: 1}
    model:
      architecture: qwen2_5_vl
      from: scratch
      text:
        hidden_size: 64
        layers: 2
        heads: 2
        key_value_heads: 2
        intermediate_size: 128
        mrope_section: [4, 6, 6]
      vision:
        hidden_size: 64
        depth: 1
        heads: 2
        intermediate_size: 128
        full_attention_blocks: [0]
      tokenizer: {train_on: traces, vocabulary_size: 640}
      prompt:
        user: "{item.problem} {item.options} Answer in <observation>, <think> and <answer> tags."
    video: {sampler: uniform, frames: 8}
    data:
      traces: {kind: clipworld, split: cold_start, clips: 400}
      questions: {kind: clipworld, split: train, clips: 400}
      held_out: {kind: clipworld, split: test, clips: 100}
    segments:
      observation: {process: perception}
      think: {process: reasoning}
      answer: {process: reasoning}
    judges:
      sufficiency:
        api: oracle
        sees: [item.problem, item.options, item.answer, segment.observation]
        uses_reference: true
    rewards:
      sufficient: {kind: judge, judge: sufficiency, of: [observation], credit: perception}
      observation_format: {kind: format, of: [observation], credit: perception}
      observation_length:
        kind: length
        of: [observation]
        window: 8..32 tok
        when: sufficient > 0 and observation_format > 0
        credit: perception
      correct: {kind: accuracy, of: [answer], credit: reasoning, primary: true}
      reasoning_format: {kind: format, of: [think, answer], credit: reasoning}
    normalization:
      perception: {over: group, center: mean, scale: std, zero_variance: drop}
      reasoning: {over: group, center: mean, scale: std, zero_variance: drop}
    schedules:
      rate: {linear: {from: 5.0e-4, to: 5.0e-5}}
    stages:
      warm: {algorithm: sft, data: traces, steps: 100, batch_size: 8, learning_rate: 1.0e-3}
      rl:
        algorithm: process_aware_grpo
        init: warm
        data: questions
        steps: 100
        prompts_per_step: 8
        group_size: 8
        sampling: {temperature: 1.0, max_new_tokens: 96 tok}
        truncation: score
        kl: {coefficient: 0.04, reference: warm}
        learning_rate: schedules.rate
    eval:
      held_out: {data: held_out, after: [warm, rl], max_new_tokens: 96 tok}

    """
}
