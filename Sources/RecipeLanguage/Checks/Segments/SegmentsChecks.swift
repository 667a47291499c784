/// Checks of segments and delimiters.
extension RecipeChecks {
  static let segments: [RecipeCheck] = [.tooFewProcesses]
}
