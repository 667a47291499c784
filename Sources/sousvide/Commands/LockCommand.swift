import Experiments
import Foundation
import RecipeLanguage

/// `sousvide lock RECIPE`
struct LockCommand: Command {
  private static let recipe = Argument<PathArgument>.positional("recipe", help: "the recipe")
  private static let check = Argument<Bool>.flag(
    "check", help: "write nothing, and fail where something is not what the lock says")
  private static let json = Argument<Bool>.flag(
    "json", help: "print what is not as the lock had it, as sousvide.lock_changes/1")

  static let specification = CommandSpecification(
    "lock", summary: "write down all that a recipe's results depend on",
    discussion: """
      Writes RECIPE.lock beside RECIPE.yaml: settings with their defaults, prompts, every tensor of the model, \
      tokenizer and chat format with what they make of tags and probe texts, records and media, models of \
      judges, the numerics class. `run --locked` refuses to run what is not as the lock says. Only the recipe as \
      it is written can be locked, without arguments that change it.
      """,
    arguments: [recipe.specification, check.specification, json.specification],
    examples: [
      "sousvide lock recipes/quickstart.yaml", "sousvide lock recipes/quickstart.yaml --check",
    ])

  let recipe: PathArgument
  let check: Bool
  let json: Bool

  init(_ arguments: ParsedArguments) throws {
    recipe = try arguments[Self.recipe]
    check = try arguments[Self.check]
    json = try arguments[Self.json]
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
    let changes = locking.changes
    if json, changes != nil || !check {
      console.print(
        try JSONOutput.text(
          LockOutput(lock: locking.url.relativePath, isWritten: !check, changes: changes ?? [])))
    }
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
    try AtomicFile.write(lock.text, to: locking.url)
    for change in changes ?? [] {
      console.note(
        "  \(change.section.rawValue) \(change.name): \(change.locked ?? "nothing") → \(change.now ?? "nothing")"
      )
    }
    console.note(
      "wrote \(locking.url.relativePath)"
        + (changes.map { ", \($0.count) facts changed" } ?? ""))
    return .success
  }
}

/// `sousvide.lock_changes/1`
private struct LockOutput: Encodable {
  struct Change: Encodable {
    var section, name: String
    var locked, now: String?
  }

  var schema = "sousvide.lock_changes/1"
  var lock: String
  var isWritten: Bool
  var changes: [Change]

  init(lock: String, isWritten: Bool, changes: [RecipeLock.Change]) {
    self.lock = lock
    self.isWritten = isWritten
    self.changes = changes.map {
      Change(section: $0.section.rawValue, name: $0.name, locked: $0.locked, now: $0.now)
    }
  }
}
