extension RecipeOutline.Stage {
  /// Passes over the data, for stages that are measured so.
  var epochs: Double? { record.optionalNumber("epochs") }
}

extension CheckInput {
  /// The optimizer steps of a stage; nil where they depend on data that are not known.
  func steps(of stage: RecipeOutline.Stage, for code: DiagnosticCode) -> Int? {
    if let steps = stage.steps { return steps }
    guard let epochs = stage.epochs, let batch = stage.record.optionalInteger("batch_size"),
      let data = stage.data, let records = facts.ask(for: code, { $0.recordCount(ofData: data) })
    else { return nil }
    return StageLength.steps(epochs: epochs, records: records, batchSize: batch)
  }

  /// The optimizer steps of one pass over a stage's data; nil where that is not known and the schedule
  /// needs it.
  func stepsPerEpoch(
    of stage: RecipeOutline.Stage, if schedule: Schedule, for code: DiagnosticCode
  ) -> Double? {
    guard schedule.countsEpochs else { return 1 }
    let key = stage.is(.policy) ? "prompts_per_step" : "batch_size"
    guard let batch = stage.record.optionalInteger(key), let data = stage.data,
      let records = facts.ask(for: code, { $0.recordCount(ofData: data) })
    else { return nil }
    return StageLength.stepsPerEpoch(records: records, batchSize: batch)
  }
}
