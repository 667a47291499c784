/// Checks of sampling and the KL penalty.
extension RecipeChecks {
  static let sampling: [RecipeCheck] = [
    .greedyGroups, .modelTunedOtherwise, .sampledIsNotTrained, .penaltyWithoutReference,
    .referenceBeforeTeaching, .referenceNeverUsed, .keptForShaping,
  ]
}
