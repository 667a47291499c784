/// A recipe to start from.
enum RecipeTemplate: String, CaseIterable, ArgumentValue {
  case sft
  case grpo
  case processAwareGRPO = "process_aware_grpo"
  case sweep

  static var list: String { choices.joined(separator: ", ") }

  var summary: String {
    switch self {
    case .sft: "supervised fine-tuning on traces"
    case .grpo: "supervised fine-tuning, then GRPO with one reward per response"
    case .processAwareGRPO: "process-aware GRPO: perception and reasoning rewarded apart"
    case .sweep: "process-aware GRPO, once for each of several length windows"
    }
  }

  /// What one does with it first.
  var verb: String { self == .sweep ? "sweep plan" : "run" }

  /// - Parameter name: what the run is called.
  func text(named name: String) -> String {
    let parts: [String]
    switch self {
    case .sft:
      parts = [head(name), Self.model, Self.data(rl: false), Self.warmOnly()]
    case .grpo:
      parts = [
        head(name), Self.model, Self.data(rl: true), Self.segments("response", "response"),
        Self.plainRewards, Self.stages(comparison: Self.oneComparison),
      ]
    case .processAwareGRPO:
      parts = [
        head(name), Self.model, Self.data(rl: true), Self.segments("perception", "reasoning"),
        Self.processRewards(window: "8..32 tok"), Self.stages(),
      ]
    case .sweep:
      parts = [
        head(name), Self.params, Self.model, Self.data(rl: true, heldOut: "validation"),
        Self.segments("perception", "reasoning"),
        Self.processRewards(window: "\"${params.observation_window}\""),
        Self.stages(heldOut: "validation"), Self.sweepAxes,
      ]
    }
    return parts.joined(separator: "\n")
  }

  private func head(_ name: String) -> String {
    """
    # yaml-language-server: $schema=recipe.schema.json
    # (write that file with `sousvide schema > recipe.schema.json`, or use `sousvide lsp`)
    #
    #   sousvide check \(name).yaml
    #   sousvide \(verb) \(name).yaml
    sousvide: 1
    edition: 2026-11
    about:
      title: "\(summary)"
    run: {name: \(name), seed: 1}

    """
  }
}
