/// Checks of normalization.
extension RecipeChecks {
  static let normalization: [RecipeCheck] = [.groupOfOne]
}
