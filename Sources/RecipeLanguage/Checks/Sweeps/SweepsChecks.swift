/// Checks of sweeps.
extension RecipeChecks {
  static let sweeps: [RecipeCheck] = []
}
