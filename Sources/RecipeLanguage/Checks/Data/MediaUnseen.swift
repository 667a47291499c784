extension DiagnosticCode {
  static let mediaUnseen = DiagnosticCode(
    5703, "media-unseen", "Data have videos or pictures that nothing looks at.",
    Explanation(
      why: """
        Questions about a video that the policy never sees teach it to guess. To look at media a recipe \
        needs a model with a vision tower, and `video`, which says how files become frames. Data \
        of text alone need neither.
        """,
      example: .sections(model("qwen2", sections: "", vision: "")),
      nearMiss: .sections(
        model("qwen2_5_vl", sections: "\n    mrope_section: [4, 6, 6]", vision: tower))))

  private static let tower =
    "\n  vision: {hidden_size: 64, depth: 1, heads: 2, intermediate_size: 128, "
    + "full_attention_blocks: [0]}"

  private static func model(_ architecture: String, sections: String, vision: String) -> String {
    """
    model:
      architecture: \(architecture)
      from: scratch
      text:
        hidden_size: 64
        layers: 2
        heads: 2
        key_value_heads: 2
        intermediate_size: 128\(sections)\(vision)
      tokenizer: {train_on: traces, vocabulary_size: 640}
      prompt:
        user: "{item.problem} {item.options} Answer in <observation>, <think> and <answer> tags."
    """
  }
}

extension RecipeCheck {
  static let mediaUnseen = RecipeCheck(
    .mediaUnseen, reads: ["data", "model", "video"]
  ) { input in
    let model = input.kind(of: "model")
    return input.outline.data.compactMap { data in
      guard input.hasMedia(data) else { return nil }
      if let model, model.traits.contains(.textOnly) {
        return Diagnostic(
          .mediaUnseen,
          "`\(data.name)` has videos or pictures, but a model of architecture `\(model.name)` reads "
            + "text alone",
          at: data.span, help: "use a model with a vision tower, or data without media",
          path: data.path)
      }
      guard input.root.optionalRecord("video") == nil else { return nil }
      return Diagnostic(
        .mediaUnseen,
        "`\(data.name)` has videos or pictures, but nothing says how they become frames",
        at: data.span, help: "add `video: {sampler: uniform, frames: 16}`", path: data.path)
    }
  }
}

extension CheckInput {
  /// The kind of the record at a path.
  func kind(of path: String) -> KindSchema? { kinds.first { $0.record.path == path }?.schema }

  /// Whether a data set has videos or pictures, as far as its settings say.
  func hasMedia(_ data: Record) -> Bool {
    guard let kind = kind(of: data.path) else { return false }
    return !kind.traits.contains(.mediaOptional) || data.has("media")
  }
}
