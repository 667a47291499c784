import RecipeLanguage

/// `sousvide explain SV5203`, `sousvide explain RECIPE PATH`
struct ExplainCommand: Command {
  private static let subject = Argument<ExplainedSubject>.positional(
    "subject", placeholder: "CODE|RECIPE",
    help: "a code of the checker, by number or name; or a recipe, with a setting")
  private static let setting = Argument<String?>.optionalPositional(
    "path", placeholder: "PATH", help: "the setting, such as stages.rl.kl.coefficient")

  private static let json = Argument<Bool>.flag("json", help: "print sousvide.explanation/1")

  static let specification = CommandSpecification(
    "explain", summary: "say what a finding means, or where a setting comes from",
    discussion: """
      Of a code: what was found, why it matters, an example and what to write instead. Of a setting: \
      its value and type, what set it and what that overrode, who uses it and what it affects.
      """,
    arguments: [subject.specification, setting.specification, json.specification]
      + RecipeArguments.specifications,
    examples: [
      "sousvide explain SV5203",
      "sousvide explain recipes/quickstart.yaml stages.rl.kl.coefficient",
    ])

  private enum Subject {
    case code(DiagnosticCode)
    case setting(String, in: PathArgument)
  }

  private let subject: Subject
  private let options: CheckOptions
  private let json: Bool

  init(_ arguments: ParsedArguments) throws {
    let word = try arguments[Self.subject].text
    options = try RecipeArguments.options(arguments)
    json = try arguments[Self.json]
    if let setting = try arguments[Self.setting], let recipe = PathArgument(argument: word) {
      subject = .setting(setting, in: recipe)
      return
    }
    let codes = DiagnosticCatalogue.all(.standard)
    if let code = codes.first(where: { $0.name == word.uppercased() || $0.slug == word }) {
      subject = .code(code)
      return
    }
    let isRecipe = word.hasSuffix(".yaml") || word.hasSuffix(".yml") || word.contains("/")
    let near = Suggestion.closest(to: word, among: codes.map(\.name) + codes.map(\.slug))
    throw UsageError(
      message: isRecipe
        ? "explain needs a setting of `\(word)`" : "there is no code `\(word)`",
      help: isRecipe
        ? "name it by its path: `sousvide explain \(word) run.seed`"
        : near.map { "did you mean `\($0)`?" }
          ?? "grammar/diagnostics.md lists the codes",
      command: Self.specification.words)
  }

  func run(_ console: Console) async throws -> ExitCode {
    switch subject {
    case .code(let code):
      let page = ExplainedCode(code, .standard)
      if json {
        console.print(try JSONOutput.text(ExplainedCodeOutput(page)))
      } else {
        console.print(page.text(style: console.renderStyle), terminator: "")
      }
      return .success
    case .setting(let path, let recipe):
      let result = RecipeLoading(console: console, options: options).check(recipe).result
      do {
        let explanation = try SettingExplanation(path, in: result, vocabulary: .standard)
        if json {
          console.print(try JSONOutput.text(ExplainedSettingOutput(explanation)))
        } else {
          console.print(explanation.text, terminator: "")
        }
        return result.hasErrors ? .failure : .success
      } catch {
        console.complain("error: \(error)")
        return .failure
      }
    }
  }
}

/// `sousvide.explanation/1` of a code.
private struct ExplainedCodeOutput: Encodable {
  var schema = "sousvide.explanation/1"
  var code, slug, summary: String
  var severity, why, example, nearMiss: String?

  init(_ page: ExplainedCode) {
    (code, slug, summary) = (page.code.name, page.code.slug, page.code.summary)
    severity = page.severity?.rawValue
    why = page.code.explanation?.why
    example = page.code.explanation?.example?.text
    nearMiss = page.code.explanation?.nearMiss?.text
  }
}

/// `sousvide.explanation/1` of a setting.
private struct ExplainedSettingOutput: Encodable {
  struct Origin: Encodable { var text, value: String }

  var schema = "sousvide.explanation/1"
  var path, type: String
  var value, summary, `default`: String?
  var origins: [Origin]
  var uses: [String]
  var effect: String

  init(_ setting: SettingExplanation) {
    (path, type, value) = (setting.path, setting.type, setting.value)
    (summary, self.default) = (setting.summary, setting.default)
    origins = setting.origins.map { Origin(text: $0.text, value: $0.value) }
    uses = setting.uses
    effect = setting.effect.rawValue
  }
}

/// A code or a recipe; which of them is said by the command.
struct ExplainedSubject: ArgumentValue {
  let text: String

  init?(argument text: String) {
    guard !text.isEmpty else { return nil }
    self.text = text
  }
  static var placeholder: String { "CODE" }
  static var expectation: String { "a code such as SV5203, or a recipe" }
  static var completion: Completion {
    .words {
      let codes = DiagnosticCatalogue.all(.standard)
      return codes.map(\.name) + codes.map(\.slug)
    }
  }
}
