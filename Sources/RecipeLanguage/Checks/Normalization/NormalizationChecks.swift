/// Checks of normalization.
extension RecipeChecks {
  static let normalization: [RecipeCheck] = [
    .groupOfOne, .fewInformativeGroups, .deviationOfConstant, .sampleDeviationOfOne,
    .penaltyOnFlatGroups, .cancelledWeight, .rewardInNoScope,
    .leaveOneOutOfRunning,
  ]
}
