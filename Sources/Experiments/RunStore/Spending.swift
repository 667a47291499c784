import Foundation
import RecipeLanguage

/// The limits under `budget` of a recipe, or of its sweep.
public struct BudgetLimits: Sendable, Codable, Equatable {
  public var judgeCalls: Int?
  public var tokens: Int?
  /// Dollars.
  public var cost: Double?
  public var hours: Double?

  public init(judgeCalls: Int? = nil, tokens: Int? = nil, cost: Double? = nil, hours: Double? = nil)
  {
    self.judgeCalls = judgeCalls
    self.tokens = tokens
    self.cost = cost
    self.hours = hours
  }

  public init(_ recipe: CheckedRecipe) { self.init(recipe.root.optionalRecord("budget")) }

  public init(_ budget: Record?) {
    self.init(
      judgeCalls: budget?.optionalInteger("judge_calls"), tokens: budget?.optionalInteger("tokens"),
      cost: budget?.optionalNumber("cost"), hours: budget?.optionalNumber("time"))
  }
}

/// What a run has spent, over interruptions; or several of them together.
public struct Spending: Codable, Sendable, Equatable {
  public var judgeCalls = 0
  public var tokens = 0
  /// Dollars.
  public var cost = 0.0
  public var seconds = 0.0

  public init() {}

  /// What a run has written down; nothing, for one that has not begun.
  ///
  /// - Throws: `ExperimentError.malformed`: to count from zero again would let it spend more than its limits.
  public init(ofRun folder: URL) throws {
    let file = Self.file(ofRun: folder)
    guard FileManager.default.fileExists(atPath: file.path) else { return }
    do {
      self = try JSONDecoder().decode(Spending.self, from: Data(contentsOf: file))
    } catch {
      throw ExperimentError.malformed(
        file: file.path, line: 0,
        reason: "what the run has spent so far is not in it; remove it to count from zero again")
    }
  }

  static func file(ofRun folder: URL) -> URL {
    RunDirectory.state(of: folder).appendingPathComponent("spent.json")
  }

  mutating func add(_ other: Spending) {
    judgeCalls += other.judgeCalls
    tokens += other.tokens
    cost += other.cost
    seconds += other.seconds
  }

  /// The limit that is reached, said for people; nil while there is none.
  ///
  /// - Parameters:
  ///   - key: of the limits, `budget` or `sweep.budget`.
  ///   - who: whose seconds they are: `the run`.
  func reached(_ limits: BudgetLimits, key: String, who: String) -> String? {
    if let limit = limits.judgeCalls, judgeCalls >= limit {
      return "judges were asked \(judgeCalls) times, and `\(key).judge_calls` is \(limit)"
    }
    if let limit = limits.tokens, tokens >= limit {
      return "the policy wrote \(tokens) tokens, and `\(key).tokens` is \(limit)"
    }
    if let limit = limits.cost, cost >= limit {
      return String(format: "judges cost %.2f USD, and `%@.cost` is %g USD", cost, key, limit)
    }
    if let limit = limits.hours, seconds >= limit * 3600 {
      return String(
        format: "%@ took %.1f h, and `%@.time` is %g h", who, seconds / 3600, key, limit)
    }
    return nil
  }
}
