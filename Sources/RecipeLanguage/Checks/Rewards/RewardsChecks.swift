/// Checks of rewards.
extension RecipeChecks {
  static let rewards: [RecipeCheck] = [
    .processWithoutReward, .gateCycle, .constantReward, .weightless, .constantGate,
    .unreachableThreshold,
    .misorderedOutcomes, .lopsidedRewards, .unequalRanges, .unstatedAbstention,
    .unhandledProblemType, .missingColumn,
  ]
}
