/// The places that hold expressions. What may be read depends on when the place is computed.
public enum ExpressionContext: String, Sendable, Hashable, CaseIterable {
  /// `${…}`, before anything else is known.
  case compose
  /// `when` of a reward: for each response.
  case gate
  /// `group_when` of a reward: for each group of responses.
  case groupGate
  /// A reward that is a formula: for each response.
  case formula
  /// `checks.*.assert`: once the recipe is checked.
  case check
  /// `sweep.where`: for each cell.
  case sweep

  /// "the `when` of a reward", for sentences.
  var phrase: String {
    switch self {
    case .compose: "`${…}`"
    case .gate: "the `when` of a reward"
    case .groupGate: "`group_when`"
    case .formula: "the `value` of a reward"
    case .check: "`checks`"
    case .sweep: "`sweep.where`"
    }
  }
}

/// The families of names, and of calls, that expressions know.
public enum ExpressionNames: String, Sendable, Hashable, CaseIterable {
  /// `params.window`
  case parameters
  /// `correct`: the value of a reward for one response.
  case rewards
  /// `item.problem_type`
  case columns
  /// `stages.rl.steps`: a path of the finished recipe, `rewards.correct.max` among them.
  case settings
  /// `count(correct > 0)`
  case aggregates

  /// The availability table: where each family can be used.
  public var contexts: [ExpressionContext] {
    switch self {
    case .parameters: [.compose, .check, .sweep]
    case .rewards: [.gate, .groupGate, .formula]
    case .columns: [.gate, .groupGate, .formula]
    case .settings: [.check]
    case .aggregates: [.groupGate]
    }
  }

  var phrase: String {
    switch self {
    case .parameters: "parameters"
    case .rewards: "values of rewards"
    case .columns: "columns of the data"
    case .settings: "settings of the recipe"
    case .aggregates: "questions about the group"
    }
  }

  /// "parameters can be used in `${…}`, `checks` and `sweep.where`".
  var availability: String {
    let places = contexts.map(\.phrase)
    let list =
      places.count > 1
      ? "\(places.dropLast().joined(separator: ", ")) and \(places[places.count - 1])" : places[0]
    return "\(phrase) can be used in \(list)"
  }

  /// The family of a path, as far as its spelling tells.
  static func family(of path: String) -> ExpressionNames {
    if path.hasPrefix("params.") { return .parameters }
    if path.hasPrefix("item.") { return .columns }
    return path.contains(".") ? .settings : .rewards
  }
}

/// What an expression may read at its place.
public struct ExpressionScope: Sendable {
  /// What a path means.
  public enum Meaning: Sendable {
    case value(ValueDomain)
    /// There is no such thing.
    case unknown(message: String, help: String?)
    /// It is in error itself, which is reported at its own place.
    case inError
  }

  public let context: ExpressionContext
  /// The meaning of a path of an available family; bare names are paths too. `.min`, `.max` and
  /// `.width` of a window are found by the parser.
  public let meaning: @Sendable (String) -> Meaning

  public init(_ context: ExpressionContext, meaning: @escaping @Sendable (String) -> Meaning) {
    self.context = context
    self.meaning = meaning
  }

  /// Gates and formulas: rewards by bare name, and the columns of the data.
  ///
  /// - Parameters:
  ///   - rewards: the names that are declared.
  ///   - domain: what is known of a reward's values.
  public static func rewards(
    _ context: ExpressionContext, names rewards: [String],
    domain: @escaping @Sendable (String) -> ValueDomain = { _ in .number() }
  ) -> ExpressionScope {
    let known = Set(rewards)
    return ExpressionScope(context) { path in
      if path.hasPrefix("item.") { return .value(.column) }
      if known.contains(path) { return .value(domain(path)) }
      let root = String(path.prefix { $0 != "." })
      if root != path, known.contains(root) {
        return .unknown(
          message: "a reward is a number and has no `\(path.dropFirst(root.count + 1))`",
          help: "write `\(root)`")
      }
      return .unknown(
        message: "there is no reward `\(path)`", help: Suggestion.help(for: path, among: rewards))
    }
  }

  /// Compose time and sweeps: parameters as `params.<name>`.
  public static func parameters(
    _ context: ExpressionContext, names: [String],
    domain: @escaping @Sendable (String) -> ValueDomain?
  ) -> ExpressionScope {
    let known = Set(names)
    return ExpressionScope(context) { path in
      guard path.hasPrefix("params.") else {
        let isParameter = known.contains(path)
        return .unknown(
          message: "`\(path)` means nothing here",
          help: isParameter ? "write `params.\(path)`" : ExpressionNames.parameters.availability)
      }
      let name = String(path.dropFirst("params.".count))
      guard known.contains(name) else {
        return .unknown(
          message: "there is no parameter `\(name)`",
          help: Suggestion.help(for: name, among: names))
      }
      return domain(name).map { .value($0) } ?? .inError
    }
  }
}
