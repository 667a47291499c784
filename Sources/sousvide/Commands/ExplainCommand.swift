import RecipeLanguage

/// `sousvide explain CODE`
struct ExplainCommand: Command {
  private static let code = Argument<CodeArgument>.positional(
    "code", help: "a code such as SV5203, or its name")

  static let specification = CommandSpecification(
    "explain", summary: "say what a finding means, why it matters and how to mend it",
    discussion: "Shows an example with its finding, and a near miss that is accepted.",
    arguments: [code.specification],
    examples: ["sousvide explain SV2301", "sousvide explain group-of-one"])

  let text: String

  init(_ arguments: ParsedArguments) throws {
    text = try arguments[Self.code].text
  }

  func run(_ console: Console) async throws -> ExitCode {
    guard let code = DiagnosticCatalogue.code(text, .standard) else {
      let codes = DiagnosticCatalogue.all(.standard)
      let near = Suggestion.closest(to: text, among: codes.map(\.name) + codes.map(\.slug))
      throw UsageError(
        message: "there is no code '\(text)'", help: near.map { "did you mean `\($0)`?" },
        command: ["explain"])
    }
    console.print(
      ExplainedCode(code, .standard).text(style: console.renderStyle), terminator: "")
    return .success
  }
}

/// A code by number or name; whether it exists is said by the command.
struct CodeArgument: ArgumentValue {
  let text: String

  init?(argument text: String) {
    guard !text.isEmpty else { return nil }
    self.text = text
  }
  static var placeholder: String { "CODE" }
  static var expectation: String { "a code such as SV5203, or its name" }
  static var completion: Completion {
    let codes = DiagnosticCatalogue.all(.standard)
    return .words(codes.map(\.name) + codes.map(\.slug))
  }
}
