/// Checks of names.
extension RecipeChecks {
  static let names: [RecipeCheck] = [.unusedDeclaration]
}
