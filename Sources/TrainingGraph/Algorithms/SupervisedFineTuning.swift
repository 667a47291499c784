import RecipeLanguage

/// Next-token prediction on the responses of a dataset (VIDEOP2R stage 1; Video-Thinker eq. 1).
enum SupervisedFineTuning: Algorithm {
  static let schema = KindSchema(
    "sft", summary: "supervised fine-tuning on the responses of a dataset",
    fields: [
      .optional("steps", .count, "optimizer steps"),
      .optional("epochs", .number(.positive), "passes over the data, in place of `steps`"),
      .required("batch_size", .batch, "records per step"),
      CommonFields.microBatch,
      .optional(
        "curriculum",
        .record([
          .required("column", .identifier, "column of the records"),
          .required("value", .string, "records with this value come first"),
          .required("steps", .count, "steps that use only those"),
        ]), "train on an easier part of the data first"),
      CommonFields.adapter, CommonFields.learningRate, CommonFields.optimizer, RecipeSchema.keep,
    ], traits: [.supervised], codes: SupervisedChecks.codes, check: SupervisedChecks.stage)

  static func lower(_ stage: Record, _ lowering: inout Lowering) throws {
    let curriculum = try stage.optionalRecord("curriculum").map {
      SupervisionSpecification.Curriculum(
        column: try $0.string("column"), value: try $0.string("value"),
        steps: try $0.integer("steps"))
    }
    let specification = SupervisionSpecification(
      stage: stage.name, seed: lowering.seed, duration: try duration(of: stage),
      batchSize: try stage.integer("batch_size"),
      microBatch: stage.optionalInteger("micro_batch"),
      learningRate: try stage.schedule("learning_rate"),
      optimizer: try CommonFields.optimizer(stage), curriculum: curriculum)
    let weights = try lowering.trainedWeights(of: stage)
    let data = try lowering.dataset(of: stage)
    let choice = try lowering.evaluationsWithin(stage, of: weights)
    try lowering.append(
      NodeID(stage.name), .supervise(specification),
      inputs: [weights, data, Lowering.tokenizer] + choice, span: stage.span)
  }

  private static func duration(of stage: Record) throws -> StageDuration {
    if let epochs = stage.optionalNumber("epochs") { return .epochs(epochs) }
    return .steps(try stage.integer("steps"))
  }
}
