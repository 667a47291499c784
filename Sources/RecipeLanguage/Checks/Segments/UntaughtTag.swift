extension DiagnosticCode {
  static let untaughtTag = DiagnosticCode(
    5006, "untaught-tag",
    "Rewards ask for a segment that the prompt never mentions and no earlier stage teaches.",
    Explanation(
      why: """
        Reinforcement can only strengthen what is sampled. A policy that has neither been told of a \
        delimiter nor trained on it writes it almost never, so the rewards that need the segment \
        are 0 in every group and teach nothing (open-rs issue 2).
        """,
      example: .sections(Self.recipe(start: nil)), nearMiss: .sections(Self.recipe(start: "warm"))))

  /// The base without a word about tags in its prompt, and perhaps without the stage before.
  private static func recipe(start: String?) -> String {
    RecipeExample.baseSection("model").replacing(
      " Answer in <observation>, <think> and <answer> tags.", with: "")
      + RecipeExample.baseSection("stages").replacing(
        "    init: warm\n", with: start.map { "    init: \($0)\n" } ?? "")
  }
}

extension RecipeCheck {
  static let untaughtTag = RecipeCheck(
    .untaughtTag, reads: ["segments", "rewards", "stages", "model"]
  ) { input in
    guard let prompt = promptText(input.root) else { return [] }
    let untaught = input.outline.stages.first { stage in
      let ancestors = input.outline.ancestors(of: stage)
      let isKnown = stage.initial == nil || !ancestors.isEmpty
      return stage.is(.policy) && isKnown && !ancestors.contains { $0.is(.supervised) }
    }
    guard let stage = untaught else { return [] }
    let wanted = Set(
      input.outline.scopes(of: stage).flatMap(\.rewards).flatMap(\.segments))
    let missing = input.outline.segments.filter {
      wanted.contains($0.name) && !prompt.contains($0.open)
    }
    guard let first = missing.first else { return [] }
    let readers = input.outline.rewards.filter { reward in
      missing.contains { reward.segments.contains($0.name) }
    }
    return [
      Diagnostic(
        .untaughtTag, severity: .warning,
        "the prompt never mentions \(listed(missing.map(\.open))) and no stage before "
          + "`\(stage.name)` teaches \(missing.count == 1 ? "it" : "them"), so hardly a response "
          + "would hold \(missing.count == 1 ? "it" : "them")",
        at: input.place(of: first),
        secondary: readers.prefix(2).map {
          .init(span: input.place(of: $0), text: "is 0 without it")
        } + [.init(span: input.place(of: stage), text: "starts from an untaught policy")],
        help:
          "ask for \(listed(missing.map(\.open))) in `model.prompt`, or let an `sft` stage come "
          + "before",
        path: first.record.path)
    ]
  }

  /// All that is said to the policy besides the question; nil when part of it is not read here.
  private static func promptText(_ root: Record) -> String? {
    guard let prompt = root.optionalRecord("model")?.optionalRecord("prompt") else { return nil }
    var parts: [String] = []
    for key in prompt.keys {
      switch prompt.setting(key)?.value {
      case .string(let text)?: parts.append(text)
      case .template(let template)?: parts.append(template.text)
      case .path(.file)?: return nil
      default: break
      }
    }
    return parts.joined(separator: "\n")
  }
}
