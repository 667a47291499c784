/// Why a finding matters, with a recipe that has it and one that only just does not. The tests check
/// both.
public struct Explanation: Sendable {
  /// What follows when it is left as it is, in a few sentences.
  public let why: String
  /// Nil where no recipe text alone can show the finding: it takes a file of another encoding or size,
  /// many files, or a mistake inside Sousvide.
  public let example: RecipeExample?
  /// As near to the example as possible, and silent.
  public let nearMiss: RecipeExample?

  public init(why: String, example: RecipeExample, nearMiss: RecipeExample) {
    self.why = why
    self.example = example
    self.nearMiss = nearMiss
  }

  /// For what no recipe text alone can show.
  public init(why: String) {
    self.why = why
    example = nil
    nearMiss = nil
  }
}
