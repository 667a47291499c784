/// What a template is for, which decides what it can show.
public enum TemplateUse: Sendable, Hashable {
  /// A question to the policy: columns of the item alone, for there is no response yet.
  case question
  /// A prompt of a judge: what its `sees` lists.
  case judge
}

extension DiagnosticCode {
  static let templateHole = DiagnosticCode(
    2020, "template-hole", "A hole of a prompt is malformed, or shows what is not there yet.",
    Explanation(
      why: """
        A hole is `{item.<column>}`, `{segment.<name> | fence}` or, for judges and generators, \
        `{item.media}`. What is malformed would be shown \
        to the model as it stands, braces included.
        """,
      example: .asking("{itme.problem} {item.options}"),
      nearMiss: .asking("{item.problem} {item.options} Answer as {'choice': 1}.")))
}

extension RecipeExample {
  /// The base with another question to the policy.
  static func asking(_ question: String) -> RecipeExample {
    let lines = base.split(separator: "\n")
    let model = lines.drop { $0 != "model:" }.prefix { !$0.hasPrefix("video:") }.map { line in
      line.hasPrefix("    user:") ? "    user: \"\(question)\"" : String(line)
    }
    return .sections(model.joined(separator: "\n"))
  }
}
