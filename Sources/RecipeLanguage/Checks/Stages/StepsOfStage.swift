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
}
