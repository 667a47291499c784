/// Checks of judges and secrets.
extension RecipeChecks {
  static let judges: [RecipeCheck] = []
}
