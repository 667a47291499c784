/// Checks of expressions, and the checks that a recipe itself declares.
extension RecipeChecks {
  static let expressions: [RecipeCheck] = [.floatEquality, .checkFailed]
}
