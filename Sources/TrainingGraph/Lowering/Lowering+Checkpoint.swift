import RecipeLanguage

/// Files of weights that are evaluated without training anything.
public struct CheckpointSpecification: Sendable, Equatable {
  /// What results call it: a stage, or the name of the folder.
  public var name: String
  /// The folder in the Hugging Face layout, tokenizer included.
  public var folder: String

  public init(name: String, folder: String) {
    self.name = name
    self.folder = folder
  }
}

extension Lowering {
  /// The graph that evaluates a checkpoint on one of the data sets of a recipe, or on what one of its
  /// pipelines makes, as the recipe's evaluation on these data does; where it has none, as its first
  /// evaluation does on others, under the name of the data.
  ///
  /// - Throws: `LoweringError.noEvaluation`, `.data`.
  public static func evaluation(
    _ recipe: CheckedRecipe, of checkpoint: CheckpointSpecification, on data: String,
    facts: (any FactSource)? = nil
  ) throws -> TrainingGraph {
    let pipelines = try recipe.pipelines(behind: data)
    guard !pipelines.isEmpty || recipe.data.contains(where: { $0.name == data }) else {
      throw LoweringError.data(data, known: recipe.data.map(\.name) + recipe.pipelines)
    }
    let own = try recipe.evaluations.first { try $0.string("data") == data }
    guard let evaluation = own ?? recipe.evaluations.first else {
      throw LoweringError.noEvaluation
    }
    var lowering = try Lowering(recipe, facts)
    try lowering.datasets()
    let model = try recipe.root.record("model")
    try lowering.append(
      tokenizer,
      .tokenizer(
        TokenizerSpecification(
          source: .folder(checkpoint.folder), addedTokens: [],
          prompt: PromptSpecification(settings: model.record("prompt")))),
      span: model.span)
    try lowering.append(
      Self.model, .model(ModelSpecification(source: .folder(checkpoint.folder))),
      inputs: [tokenizer], span: model.span)
    try lowering.judges()
    if !pipelines.isEmpty {
      try lowering.generators()
      for stage in try lowering.stagesInOrder() where pipelines.contains(stage.name) {
        try Pipeline.lower(stage, &lowering)
      }
    }
    try lowering.evaluate(
      evaluation, named: own == nil ? data : nil, of: Self.model, stage: checkpoint.name,
      data: lowering.dataset(of: evaluation, named: data))
    return lowering.graph
  }
}

extension CheckedRecipe {
  /// What pipelines make, `stages.<name>`.
  fileprivate var pipelines: [String] {
    stages.filter(isPipeline).map { "stages.\($0.name)" }
  }

  /// The pipeline that makes these data and those that it reads; none for a data set.
  fileprivate func pipelines(behind data: String) throws -> Set<String> {
    var found: Set<String> = []
    var next = RecipeOutline.Stage.name(ofItems: data)
    while let name = next, let stage = stages.first(where: { $0.name == name }), isPipeline(stage),
      found.insert(name).inserted
    {
      next = RecipeOutline.Stage.name(ofItems: try stage.string("data"))
    }
    return found
  }

  private func isPipeline(_ stage: Record) -> Bool {
    stage.optionalString("algorithm") == Pipeline.schema.name
  }
}
