import Foundation
import RecipeLanguage

/// `sousvide diff A B`
struct DiffCommand: Command {
  private static let old = Argument<PathArgument>.positional("a", help: "a recipe")
  private static let new = Argument<PathArgument>.positional("b", help: "another")
  private static let format = Argument<DifferenceFormat>.option(
    "format", default: .text, spelled: "text", help: "text or json")

  static let specification = CommandSpecification(
    "diff", summary: "compare what two recipes mean, and say whether results can differ",
    discussion: """
      Params, inheritance, comments, order and spelling are no differences. Exits with 0 when results \
      cannot differ, with 1 when they can, and with 2 when a recipe has an error.
      """,
    arguments: [old.specification, new.specification, format.specification],
    examples: ["sousvide diff recipes/quickstart.yaml recipes/quickstart_grpo.yaml"])

  let old: PathArgument
  let new: PathArgument
  let format: DifferenceFormat

  init(_ arguments: ParsedArguments) throws {
    old = try arguments[Self.old]
    new = try arguments[Self.new]
    format = try arguments[Self.format]
  }

  func run(_ console: Console) async throws -> ExitCode {
    let loading = RecipeLoading(console: console)
    let results = [loading.check(old).result, loading.check(new).result]
    guard results.allSatisfy({ $0.recipe != nil }) else { return ExitCode(rawValue: 2) }
    let comparison = RecipeComparison(results[0], results[1], vocabulary: .standard)
    switch format {
    case .text: console.print(comparison.text, terminator: "")
    case .json: console.print(String(decoding: try comparison.json(), as: UTF8.self))
    }
    return comparison.resultsCanDiffer ? .failure : .success
  }
}

/// How a comparison is written.
enum DifferenceFormat: String, CaseIterable, ArgumentValue {
  case text, json
}
