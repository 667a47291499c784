import ClipWorld
import Experiments
import Foundation
import Judges
import RecipeLanguage
import Rewards
import Trainer
import TrainingGraph

/// The judges of a recipe, as commands ask them: rules of this program, and models with the tape beside
/// the runs.
struct RecipeJudges: Sendable {
  /// Nil where no judge and no generator of the recipe is a model.
  private let roster: JudgeRoster?

  /// - Parameters:
  ///   - place: of the tape.
  ///   - models: those that this program runs itself; nil has some made for these judges alone.
  ///   - used: told of every answer that is given.
  ///   - announce: told of outages and of a damaged tape.
  /// - Throws: `JudgeError` when the tape cannot be used.
  init(
    _ recipe: CheckedRecipe, tape place: TapePlace, account: any JudgeAccount,
    models: EngineModels? = nil, used: @escaping @Sendable (TapeEntry) throws -> Void = { _ in },
    announce: @escaping @Sendable (String) -> Void
  ) throws {
    guard Self.asksModels(recipe) else {
      roster = nil
      return
    }
    let tape = try place.open(announce: announce, used: used)
    roster = JudgeRoster(
      secrets: Self.secrets(recipe), tape: tape, isOffline: place.isOffline, account: account,
      models: try models
        ?? EngineModels(ExecutionSettings(recipe, threads: nil), tape: place),
      announce: announce)
  }

  /// Whether a judge or a generator of a recipe is a model.
  static func asksModels(_ recipe: CheckedRecipe) -> Bool {
    (recipe.judges + recipe.generators).contains(where: isModel)
  }

  /// Whether every secret that judges and generators need is there.
  ///
  /// - Parameter asked: those that are asked; nil for all.
  /// - Throws: `JudgeError.missingSecret`, `.unusableSecret`.
  static func checkSecrets(_ recipe: CheckedRecipe, of asked: [Record]? = nil) throws {
    let roster = JudgeRoster(secrets: secrets(recipe), tape: nil, account: JudgeSpending())
    for entry in asked ?? recipe.judges + recipe.generators where isModel(entry) {
      try roster.checkSecret(entry.name, entry)
    }
  }

  /// The judge that is a model, or answers from the tape; nil for a rule.
  func model(_ name: String, _ settings: Record) throws -> ModelJudge? {
    guard Self.isModel(settings) else { return nil }
    return try roster?.judge(name, settings)
  }

  /// Any judge that this program can ask; nil for one that it cannot.
  func judge(_ name: String, _ settings: Record) throws -> (any Judge)? {
    if let model = try model(name, settings) { return model }
    guard settings.optionalString("api") == OracleJudge.schema.name else { return nil }
    return try OracleJudge(settings)
  }

  /// A generator of a recipe.
  func generator(_ name: String, _ settings: Record) throws -> any TraceGenerator {
    if Self.isModel(settings), let roster { return try roster.generator(name, settings) }
    return try OracleGenerator(settings)
  }

  /// Has questions end that wait for their turn or for a server that is away.
  func endWaiting() { roster?.endWaiting() }

  /// What asking each judge and generator came to.
  var counts: [(name: String, counts: JudgeCounts)] {
    (roster?.counts ?? [:]).sorted { $0.key < $1.key }.map { (name: $0.key, counts: $0.value) }
  }

  /// Says what asking came to, and keeps it in the run's folder.
  func tell(on console: Console, in run: RunDirectory) {
    guard !counts.isEmpty, let writer = try? run.writer(for: .judges) else { return }
    for (name, counts) in counts {
      console.note(JudgeCountsText.line(name, counts))
      try? writer.append(JudgeRecord(judge: name, counts: counts))
    }
  }

  private static func isModel(_ settings: Record) -> Bool {
    settings.optionalString("api").map(JudgeKinds.isModel) ?? false
  }

  private static func secrets(_ recipe: CheckedRecipe) -> SecretStore {
    SecretStore(recipe: recipe.root) { ProcessInfo.processInfo.environment[$0] }
  }
}

extension JudgeSpending {
  /// The limits of a recipe's `budget`, for a command that is no run.
  convenience init(_ recipe: CheckedRecipe) {
    let limits = BudgetLimits(recipe)
    self.init(calls: limits.judgeCalls, cost: limits.cost)
  }
}

/// The budget of a run, which stops it between two steps.
struct RunAccount: JudgeAccount {
  let budget: RunBudget

  func begin() throws { budget.judgeAsked() }
  func pay(_ dollars: Double) { budget.paid(dollars) }
}

/// One line of `judges.jsonl`.
struct JudgeRecord: Encodable {
  var judge: String
  var counts: JudgeCounts
}
