/// Checks of stages and schedules.
extension RecipeChecks {
  static let stages: [RecipeCheck] = [
    .stageCycle, .teachingAfterReinforcement, .teachingIgnored, .unusedStage, .warmupOverStage,
    .horizonOffStage, .checkpointsOverStage,
    .scheduledValueOutOfRange,
    .batchOverData, .stageResult, .selectionNotProduced, .selectionNotAsked, .evaluationOverStage,
    .selectedAndReported,
  ]
}
