import RecipeLanguage
import Rewards

/// Questions become traces: generators write responses, and conditions on rewards keep or drop them.
///
/// One list of steps is VIDEOP2R's pipeline (generate, verify format and task metric at 0.6, judge
/// sufficiency; arXiv 2511.11113, section 3.1) and Video-Thinker's hindsight curation
/// (answer-conditioned captions, trace synthesis, check with up to three regenerations; arXiv
/// 2510.23473, section 3.1).
enum Pipeline: Algorithm {
  static let schema = KindSchema(
    "pipeline", summary: "makes traces of questions: writes responses and keeps the good ones",
    fields: [
      .required(
        "steps", .map(.kind(discriminator: "do", common: [], kinds: [write, keep])),
        "what is done with every item, in this order"),
      .optional(
        "attempts", .integer(1...1000), default: "1",
        "how often an item is written before it is dropped, the first time included"),
    ], traits: [.pipeline], codes: PipelineChecks.codes, check: PipelineChecks.stage,
    idle: PipelineChecks.idle)

  private static let write = KindSchema(
    "write", summary: "a generator writes the response, or goes on from the one of the step before",
    fields: [.required("by", .reference(.generators), "who writes")])

  private static let keep = KindSchema(
    "keep", summary: "goes on with responses for which a condition on rewards holds",
    fields: [
      .required(
        "when", .expression(.boolean, .gate),
        "what must hold of the response, as in `correct >= 0.6`; only the rewards it reads are asked"
      )
    ])

  static func lower(_ stage: Record, _ lowering: inout Lowering) throws {
    let items = try lowering.dataset(of: stage)
    var draft: NodeID?
    var steps: [PipelineSpecification.Step] = []
    var inputs: [NodeID] = []
    for step in try stage.record("steps").records {
      let id = NodeID(stage.name, step.name)
      if let generator = step.optionalString("by") {
        try lowering.append(
          id, .write(WritingSpecification(stage: stage.name, step: step.name)),
          inputs: [items, NodeID("generator", generator)] + [draft].compactMap { $0 },
          span: step.span)
        draft = id
        inputs.append(id)
        steps.append(.write(name: step.name, generator: generator))
      } else {
        let responses: NodeID
        if let draft {
          responses = draft
        } else {
          responses = NodeID(stage.name, "responses")
          try lowering.append(
            responses, .write(WritingSpecification(stage: stage.name, step: nil)),
            inputs: [items], span: stage.span(of: "data"))
          draft = responses
          inputs.append(responses)
        }
        let condition = try step.expression("when")
        let (segmented, rewards) = try lowering.rewards(
          of: responses, below: id.path, reading: condition.rewardNames, areSummed: false)
        steps.append(.keep(name: step.name, condition: condition))
        inputs += [segmented] + lowering.recipe.rewards.compactMap { rewards[$0.name] }
      }
    }
    let specification = PipelineSpecification(
      stage: stage.name, steps: steps, attempts: try stage.integer("attempts"),
      segments: try lowering.recipe.segments.map(SegmentSpecification.init(settings:)))
    try lowering.append(
      NodeID(stage.name), .pipeline(specification),
      inputs: [items, Lowering.tokenizer] + inputs, span: stage.span)
  }
}
