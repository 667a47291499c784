/// Checks of budgets and settings without effect.
extension RecipeChecks {
  static let budget: [RecipeCheck] = [
    .overBudget, .budgetWithoutPrice, .settingWithoutEffect, .missingCapability,
  ]
}
