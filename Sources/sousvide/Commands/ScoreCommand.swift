import Foundation
import Judges
import RecipeLanguage
import Rewards
import Trainer
import TrainingGraph

/// `sousvide score RECIPE --responses FILE`
struct ScoreCommand: Command {
  private static let recipe = Argument<PathArgument>.positional(
    "recipe", help: "the recipe whose rewards are tried")
  private static let responses = Argument<PathArgument?>.optional(
    "responses", help: "JSON lines with the responses; `-` reads standard input")
  private static let stage = Argument<String?>.optional(
    "stage", placeholder: "STAGE", help: "the stage whose credit is shown, if there are several")
  private static let tokenizer = Argument<PathArgument?>.optional(
    "tokenizer", help: "folder with tokenizer.json (default: the folder the model is read from)")
  private static let json = Argument<Bool>.flag("json", help: "print sousvide.score/1")

  static let specification = CommandSpecification(
    "score", summary: "try the rewards of a recipe on stored responses, without a model",
    discussion: """
      Shows for each response its segments, what every reward says and why, the statistics of its \
      group, and the advantage each token would be trained with. The formats of input and output are \
      described in grammar/score.md. A judge is asked about responses that come without its verdict.
      """,
    arguments: [
      recipe.specification, responses.specification, stage.specification, tokenizer.specification,
      json.specification,
    ] + JudgeArguments.specifications + RecipeArguments.specifications,
    examples: [
      "sousvide score recipes/quickstart.yaml --responses responses.jsonl",
      "sousvide score recipes/quickstart.yaml --responses - --json < responses.jsonl",
    ])

  let recipe: PathArgument
  let responses: String
  let stage: String?
  let tokenizer: String?
  let json: Bool
  let runs: String
  let isOffline: Bool
  let options: CheckOptions

  init(_ arguments: ParsedArguments) throws {
    recipe = try arguments[Self.recipe]
    guard let responses = try arguments[Self.responses] else {
      throw UsageError(
        message: "score needs --responses FILE", help: "`-` reads standard input",
        command: Self.specification.words)
    }
    self.responses = responses.path
    stage = try arguments[Self.stage]
    tokenizer = try arguments[Self.tokenizer]?.path
    json = try arguments[Self.json]
    runs = try JudgeArguments.runs(arguments)
    isOffline = try arguments[JudgeArguments.offline]
    options = try RecipeArguments.options(arguments)
  }

  func run(_ console: Console) async throws -> ExitCode {
    let loading = RecipeLoading(console: console, options: options)
    guard let (recipe, graph) = try loading.graph(recipe) else { return .failure }
    let judges = try RecipeJudges(
      recipe, tape: TapePlace(runs: runs, isOffline: isOffline), account: JudgeSpending(recipe),
      announce: { console.note($0) })
    let scorer = try ResponseScorer(
      graph, stage: stage, encoding: try encoding(recipe),
      makeJudge: { judge in
        try judges.judge(judge.name, judge.settings) ?? SilentJudge(name: judge.name)
      })
    let report = try await scorer.score(
      StoredGroup.read(TextFile.read(responses), path: responses))
    if json {
      console.print(try JSONOutput.text(report))
    } else {
      console.print(ScoreText(console: console).text(report), terminator: "")
    }
    return .success
  }

  private func encoding(_ recipe: CheckedRecipe) throws -> ResponseEncoding {
    if let tokenizer { return try ResponseEncoding(folder: URL(fileURLWithPath: tokenizer)) }
    switch try recipe.root.record("model").path("from") {
    case .file(_, let folder): return try ResponseEncoding(folder: URL(fileURLWithPath: folder))
    case .word: return .words
    }
  }
}

/// A judge that this program cannot ask, and that is heard through stored verdicts alone.
private struct SilentJudge: Judge {
  struct NoVerdict: Error, CustomStringConvertible {
    let judge: String
    var description: String { "the response has no stored verdict of `\(judge)`" }
  }

  let name: String

  func verdict(_ request: JudgeRequest) async throws -> JudgeVerdict {
    throw NoVerdict(judge: name)
  }
}
