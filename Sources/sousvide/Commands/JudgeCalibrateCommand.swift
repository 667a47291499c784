import Foundation
import Judges
import RecipeLanguage
import Rewards

/// `sousvide judge calibrate RECIPE --examples FILE`
struct JudgeCalibrateCommand: Command {
  private static let recipe = Argument<PathArgument>.positional(
    "recipe", help: "the recipe whose judge is tried")
  private static let examples = Argument<PathArgument?>.optional(
    "examples", help: "JSON lines with what the judge is shown and what people say of it")
  private static let judge = Argument<String?>.optional(
    "judge", placeholder: "NAME", help: "which judge, if the recipe has several")
  private static let json = Argument<Bool>.flag("json", help: "print sousvide.calibration/1")

  static let specification = CommandSpecification(
    "judge", "calibrate", summary: "how far a judge agrees with people",
    discussion: """
      Asks the judge about labelled examples and shows the share of equal labels, Cohen's kappa, both \
      with their 95 % confidence intervals, the confusion matrix and every disagreement. `judge sample` \
      writes examples to label; the format is described in grammar/judge.md.
      """,
    arguments: [
      recipe.specification, examples.specification, judge.specification, json.specification,
    ] + JudgeArguments.specifications + RecipeArguments.specifications,
    examples: [
      "sousvide judge calibrate recipes/videop2r/videop2r.yaml --examples labelled.jsonl"
    ])

  let recipe: PathArgument
  let examples: String
  let judge: String?
  let json: Bool
  let runs: String
  let isOffline: Bool
  let options: CheckOptions

  init(_ arguments: ParsedArguments) throws {
    recipe = try arguments[Self.recipe]
    guard let examples = try arguments[Self.examples] else {
      throw UsageError(
        message: "judge calibrate needs --examples FILE",
        help: "`judge sample` writes one to label",
        command: Self.specification.words)
    }
    self.examples = examples.path
    judge = try arguments[Self.judge]
    json = try arguments[Self.json]
    runs = try JudgeArguments.runs(arguments)
    isOffline = try arguments[JudgeArguments.offline]
    options = try RecipeArguments.options(arguments)
  }

  func run(_ console: Console) async throws -> ExitCode {
    let loading = RecipeLoading(console: console, options: options)
    guard let recipe = loading.check(recipe).recipe else { return .failure }
    let settings = try recipe.judge(named: judge)
    let examples = try LabelledExample.read(
      TextFile.read(self.examples), path: self.examples)
    let judges = try RecipeJudges(
      recipe, tape: TapePlace(runs: runs, isOffline: isOffline), account: JudgeSpending(recipe),
      announce: { console.note($0) })
    guard let judge = try judges.judge(settings.name, settings) else {
      throw RewardError.unknown(
        what: "judge", name: settings.name, help: "this program cannot ask it yet")
    }
    let binding = try JudgeBinding(name: settings.name, judge: judge, settings: settings)
    let result = try await Calibrator(binding, settings: settings)
      .calibrate(examples, path: self.examples)
    if json {
      console.print(try JSONOutput.text(result))
    } else {
      console.print(CalibrationText(console: console).text(result), terminator: "")
      for (name, counts) in judges.counts { console.note(JudgeCountsText.line(name, counts)) }
    }
    return .success
  }
}

extension CheckedRecipe {
  /// The entry of a judge; of the only one when no name is given.
  ///
  /// - Throws: `RewardError.unknown` when there is none, or several and no name.
  func judge(named name: String?) throws -> Record {
    let names = judges.map(\.name)
    guard let name else {
      guard let only = judges.first else {
        throw JudgeChoiceError(description: "the recipe has no judge")
      }
      guard names.count == 1 else {
        throw JudgeChoiceError(
          description: "the recipe has several judges: \(names.joined(separator: ", ")); name one "
            + "with --judge")
      }
      return only
    }
    guard let judge = judges.first(where: { $0.name == name }) else {
      throw RewardError.unknown(
        what: "judge", name: name, help: Suggestion.help(for: name, among: names))
    }
    return judge
  }
}

/// The command line leaves open which judge is meant.
struct JudgeChoiceError: Error, CustomStringConvertible {
  let description: String
}
