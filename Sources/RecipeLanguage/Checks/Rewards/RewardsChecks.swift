/// Checks of rewards.
extension RecipeChecks {
  static let rewards: [RecipeCheck] = [
    .processWithoutReward, .gateCycle, .constantReward, .weightless, .constantGate,
    .unreachableThreshold,
    .inversion, .aliasing, .lopsidedRewards, .unequalRanges, .unstatedAbstention,
    .unhandledProblemType, .missingColumn,
  ]
}
