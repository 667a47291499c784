/// Checks of normalization.
extension RecipeChecks {
  static let normalization: [RecipeCheck] = [
    .groupOfOne, .fewInformativeGroups, .sampleDeviationOfOne, .penaltyOnFlatGroups,
    .rewardInNoScope,
  ]
}
