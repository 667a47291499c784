/// Checks of sweeps.
extension RecipeChecks {
  static let sweeps: [RecipeCheck] =
    [
      .unknownAxis, .emptyAxis, .axisValue, .sweepTooLarge, .objectiveNotProduced, .selectionOnTest,
      .noControlCell, .unseededStage, .idlePruning, .idleStopRule, .manyRuns,
    ] + plannedSweeps

  /// Those that look at the cells: they run once nothing else is wrong.
  static let plannedSweeps: [RecipeCheck] = [
    .noFeasibleCell, .infeasibleCells, .duplicateCells, .axisWithoutEffect, .sweptObjective,
    .prunedTooEarly, .sweepPartlyChecked,
  ]
}
