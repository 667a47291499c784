import Experiments
import Foundation
import RecipeLanguage

/// `sousvide lock RECIPE`
struct LockCommand: Command {
  private static let recipe = Argument<PathArgument>.positional("recipe", help: "the recipe")
  private static let check = Argument<Bool>.flag(
    "check", help: "write nothing, and fail where something is not what the lock says")

  static let specification = CommandSpecification(
    "lock", summary: "write down all that a recipe's results depend on",
    discussion: """
      Writes RECIPE.lock beside RECIPE.yaml: settings with their defaults, prompts, every tensor of the model, \
      tokenizer and chat format with what they make of tags and probe texts, records and media, models of \
      judges, the numerics class. `run --locked` refuses to run what is not as the lock says. Only the recipe as \
      it is written can be locked, without arguments that change it.
      """,
    arguments: [recipe.specification, check.specification],
    examples: [
      "sousvide lock recipes/quickstart.yaml", "sousvide lock recipes/quickstart.yaml --check",
    ])

  let recipe: PathArgument
  let check: Bool

  init(_ arguments: ParsedArguments) throws {
    recipe = try arguments[Self.recipe]
    check = try arguments[Self.check]
  }

  func run(_ console: Console) async throws -> ExitCode {
    guard !recipe.isStandardInput else {
      throw UsageError(
        message: "a recipe on standard input has no place for a lock",
        command: Self.specification.words)
    }
    let loading = RecipeLoading(console: console, showsWarnings: false)
    guard let (recipe, graph) = try loading.graph(recipe) else { return .failure }
    let facts = LockFacts(recipe: recipe, graph: graph, announce: { console.note($0) })
    let lock = try facts.gathered()
    let locking = RecipeLocking(recipe: recipe, now: lock)
    if check {
      let problems = locking.problems
      guard problems.isEmpty else {
        console.error(
          DiagnosticRenderer(files: recipe.files, style: console.renderStyle).render(problems))
        return .failure
      }
      console.note("everything is as \(locking.url.relativePath) says")
      return .success
    }
    let old = (try? Data(contentsOf: locking.url)).flatMap { try? RecipeLock($0) }
    let changes = old?.changes(to: lock) ?? []
    try AtomicFile.write(lock.text, to: locking.url)
    for change in changes {
      console.note(
        "  \(change.section.rawValue) \(change.name): \(change.locked ?? "nothing") → \(change.now ?? "nothing")"
      )
    }
    console.note(
      old == nil
        ? "wrote \(locking.url.relativePath)"
        : "wrote \(locking.url.relativePath), \(changes.count) facts changed")
    return .success
  }
}
