/// Checks of length windows.
extension RecipeChecks {
  static let lengths: [RecipeCheck] = []
}
