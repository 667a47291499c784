/// Checks of rewards.
extension RecipeChecks {
  static let rewards: [RecipeCheck] = [.processWithoutReward, .gateCycle]
}
