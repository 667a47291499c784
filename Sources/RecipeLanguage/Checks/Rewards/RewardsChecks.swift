/// Checks of rewards.
extension RecipeChecks {
  static let rewards: [RecipeCheck] = [
    .processWithoutReward, .gateCycle, .constantReward, .constantGate, .unreachableThreshold,
    .inversion, .aliasing, .lopsidedRewards, .unequalRanges, .unstatedAbstention,
    .unhandledProblemType, .missingColumn,
  ]
}
