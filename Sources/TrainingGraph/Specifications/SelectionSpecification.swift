import RecipeLanguage

/// Which of a stage's evaluated checkpoints becomes its result.
public struct SelectionSpecification: Sendable, Codable, Equatable {
  /// As the recipe has it: `eval.held_out.reward.correct`.
  public var text: String
  /// As evaluations record it: `reward/correct`.
  public var metric: String
  public var maximizes: Bool

  public init(text: String, metric: String, maximizes: Bool) {
    self.text = text
    self.metric = metric
    self.maximizes = maximizes
  }

  /// Whether a value is better than the best so far: of equal ones the earlier stays.
  public func prefers(_ value: Double, to best: Double) -> Bool {
    maximizes ? value > best : value < best
  }
}
