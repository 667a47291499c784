import Models
import RecipeLanguage
import TensorEngine
import TrainingGraph

/// One walk over a training graph, in the order in which the trainer executes it.
final class ForecastWalk {
  private let graph: TrainingGraph
  private let settings: ExecutionSettings
  private let forecaster: MemoryForecaster
  private let sizes: (String, VideoSpecification?, Int) -> RecordSizes
  private let target: Int
  private let variation: ForecastVariation
  /// By the node of the items: other frames of the same videos are another size.
  private var known: [NodeID: RecordSizes] = [:]
  private var policies: [NodeID: ForecastPolicy] = [:]
  /// Bytes of records and frames by the node of the items, while they are loaded.
  private var loaded: [NodeID: (records: Int, frames: Int)] = [:]
  private(set) var assumptions: [String] = []
  private let models: ForecastLocalModels

  init(
    _ graph: TrainingGraph, _ configuration: QwenConfiguration, settings: ExecutionSettings,
    programBytes: Int, variation: ForecastVariation,
    sizes: @escaping (String, VideoSpecification?, Int) -> RecordSizes
  ) throws {
    self.graph = graph
    self.variation = variation
    self.settings = settings
    self.sizes = sizes
    models = ForecastLocalModels(settings)
    target = graph.longestResponse
    forecaster = try MemoryForecaster(
      configuration, settings: settings, matrixProducts: graph.run.matrixProducts,
      bfloat16Products: graph.run.bfloat16Products, programBytes: programBytes)
  }

  func entries() throws -> [RunForecast.Entry] {
    var entries: [RunForecast.Entry] = []
    let lastUses = graph.lastUses()
    for (index, node) in graph.nodes.enumerated() {
      let isLast = graph.inputs(of: node, .weights).first.map { lastUses[$0.id] == index } ?? false
      switch node.operation {
      case .model:
        policies[node.id] = ForecastPolicy(
          forecaster.configuration, precision: graph.weightPrecision(of: node))
      case .round(let precision):
        policies[node.id] = try weights(of: node).keeping(precision)
      case .adapter(let adapter):
        policies[node.id] = try weights(of: node).adapted(adapter.settings)
      case .supervise(let specification):
        entries += try supervise(specification, node, isLastUse: isLast)
      case .update(let specification):
        entries += try update(specification, node, isLastUse: isLast)
      case .evaluate(let evaluation) where evaluation.every == nil:
        let sampling = try input(of: input(of: node, .segmented), .rollouts)
        entries.append(try evaluate(evaluation, node, of: weights(of: sampling)))
      case .pipeline(let pipeline): entries += [try generate(pipeline, node)].compactMap { $0 }
      default: break
      }
      policies = policies.filter { (lastUses[$0.key] ?? 0) > index }
      loaded = loaded.filter { (lastUses[$0.key] ?? 0) > index }
    }
    assumptions += models.assumptions
    return entries
  }

  // MARK: - Nodes

  private func supervise(
    _ specification: SupervisionSpecification, _ node: TrainingNode, isLastUse: Bool
  ) throws -> [RunForecast.Entry] {
    let policy = try trained(by: node, inPlace: isLastUse)
    let steps = graph.plannedSteps(of: node)
    let records = try load(
      node, visited: steps.map { $0 * specification.batchSize } ?? .max)
    let size = variation.reduced(specification.batchSize)
    let pass = PassSizes(
      prompts: size, promptTokens: records.prompts.mostlyBelow(size), responses: size,
      responseTokens: records.targets.mostlyBelow(size), patches: size * records.patches,
      framePatches: records.framePatches)
    prepare()
    let (moments, work) = try forecaster.supervised(
      policy, pass: pass, microBatch: variation.bounded(specification.microBatch))
    let stage = RunForecast.Entry(
      name: node.id.path, algorithm: "sft", steps: steps, moments: moments, work: work,
      span: node.span)
    let entries = try [stage] + evaluations(within: node, of: policy)
    policies[node.id] = policy.merged()
    return entries
  }

  private func update(
    _ specification: UpdateSpecification, _ node: TrainingNode, isLastUse: Bool
  ) throws -> [RunForecast.Entry] {
    let lossNode = try input(of: node, .loss)
    let rolloutNode = try input(of: lossNode, .rollouts)
    guard case .loss(let loss) = lossNode.operation,
      case .rollout(let rollout) = rolloutNode.operation
    else { throw TrainerError.brokenGraph(node: node.id.path, missing: "loss") }
    let prompts = variation.reduced(rollout.promptsPerStep ?? 1)
    let records = try load(rolloutNode, visited: specification.steps * prompts)
    let reference =
      loss.kl.coefficient.onlyValue == 0 ? nil : graph.inputs(of: lossNode, .weights).first
    let isReference = try reference?.id == input(of: node, .weights).id
    let policy = try trained(by: node, inPlace: isLastUse && !isReference)
    let sizes = SamplingSizes(
      prompts: prompts, promptTokens: records.prompts.mostlyBelow(prompts) / prompts,
      rolloutsPerPrompt: rollout.groupSize, newTokens: rollout.maximumNewTokens,
      patchesPerPrompt: records.patches, framePatches: records.framePatches)
    let asked = try ask(graph.localJudges(of: rolloutNode), about: sizes)
    prepare()
    let samplings =
      graph.groupsPerStep(rolloutNode, specification) / Double(rollout.promptsPerStep ?? 1)
    if samplings > 1 {
      assumptions.append(
        "groups of stage `\(specification.stage)` replaced as often as they may be")
    }
    var (moments, work) = try forecaster.policy(
      policy, reference: reference.flatMap { policies[$0.id] }, stage: specification.stage,
      loss: loss, sizes: sizes, further: graph.material(of: rolloutNode).map(sizes.sizes(of:)),
      samplings: samplings, minibatches: specification.minibatches,
      passes: specification.passesPerBatch,
      microBatch: variation.bounded(specification.microBatch))
    for asked in asked {
      moments.append(forecaster.asking(policy, optimizer: true, asked.moment))
      work.add(asked.work, times: samplings)
    }
    let stage = RunForecast.Entry(
      name: node.id.path, algorithm: specification.algorithm, steps: specification.steps,
      moments: moments, work: work, span: node.span)
    let entries = try [stage] + evaluations(within: node, of: policy)
    policies[node.id] = policy.merged()
    return entries
  }

  /// The evaluations of a policy in training, with the stage's optimizer beside it.
  private func evaluations(
    within stage: TrainingNode, of policy: ForecastPolicy
  ) throws -> [RunForecast.Entry] {
    try graph.nodes.compactMap { node in
      guard case .evaluate(let evaluation) = node.operation, evaluation.every != nil,
        evaluation.stage == stage.id.path
      else { return nil }
      return try evaluate(evaluation, node, of: policy, within: stage)
    }
  }

  /// - Parameter stage: that in which the policy is trained; nil for one that is not.
  private func evaluate(
    _ evaluation: EvaluationSpecification, _ node: TrainingNode, of policy: ForecastPolicy,
    within stage: TrainingNode? = nil
  ) throws -> RunForecast.Entry {
    let rolloutNode = try input(of: input(of: node, .segmented), .rollouts)
    guard case .rollout(let rollout) = rolloutNode.operation else {
      throw TrainerError.brokenGraph(node: node.id.path, missing: "rollout")
    }
    let records = try load(rolloutNode, visited: .max)
    if records.count == nil {
      assumptions.append(
        "\(settings.evaluationBatch) questions in an evaluation whose data are not here")
    }
    let questions = records.count ?? settings.evaluationBatch
    let together = min(questions, settings.evaluationBatch)
    let greedy = SamplingSizes(
      prompts: together, promptTokens: records.prompts.mostlyBelow(together) / max(1, together),
      rolloutsPerPrompt: 1, newTokens: rollout.maximumNewTokens,
      patchesPerPrompt: records.patches, framePatches: records.framePatches)
    var sizes = [greedy] + graph.material(of: rolloutNode).map(greedy.sizes(of:))
    if let sampled = evaluation.sampled {
      sizes.append(greedy.with(responses: sampled.responses))
    }
    if !evaluation.observationOnly.isEmpty { sizes.append(greedy.answersFromText) }
    let asked = try ask(graph.localJudges(of: rolloutNode), about: greedy)
    prepare()
    var (moments, work) = try forecaster.evaluation(
      policy, questions: questions, sizes: sizes, optimizer: stage != nil)
    for asked in asked {
      moments.append(forecaster.asking(policy, optimizer: stage != nil, asked.moment))
      work.add(asked.work, times: Double(questions) / Double(max(1, together)))
    }
    return RunForecast.Entry(
      name: node.id.path, algorithm: "evaluation",
      steps: graph.times(of: evaluation), moments: moments, work: work, span: node.span,
      within: stage?.id.path)
  }

  /// A pipeline whose responses are written or judged by models that this program runs; nil for another one,
  /// which computes nothing here.
  private func generate(
    _ pipeline: PipelineSpecification, _ node: TrainingNode
  ) throws -> RunForecast.Entry? {
    let models = graph.localModels(of: node)
    guard !models.isEmpty, let policy = policies.min(by: { $0.key.path < $1.key.path })?.value
    else {
      return nil
    }
    let records = try load(node, visited: 0)
    if records.count == nil {
      assumptions.append("\(Trainer.pipelineBatch) items in a pipeline whose data are not here")
    }
    let items = records.count ?? Trainer.pipelineBatch
    let together = min(items, Trainer.pipelineBatch)
    let asked = try ask(
      models,
      about: SamplingSizes(
        prompts: together,
        promptTokens: records.prompts.mostlyBelow(together) / max(1, together),
        rolloutsPerPrompt: 1, newTokens: target, patchesPerPrompt: records.patches,
        framePatches: records.framePatches))
    guard !asked.isEmpty else { return nil }
    prepare()
    var work = ForecastWork()
    for asked in asked {
      work.add(
        asked.work,
        times: Double(items) * Double(pipeline.attempts) / Double(max(1, together)))
    }
    return RunForecast.Entry(
      name: node.id.path, algorithm: "pipeline", steps: 1,
      moments: asked.map { forecaster.asking(policy, optimizer: false, $0.moment) }, work: work,
      span: node.span)
  }

  /// Asks models about the responses to some prompts. What a question shows is about as long as the text of
  /// the prompt and its response, and has the media of the prompt where the model sees them.
  private func ask(
    _ asked: [ForecastLocalModels.Asked], about sizes: SamplingSizes
  ) throws -> [(moment: ForecastMoment, work: ForecastWork)] {
    return try asked.compactMap {
      let questions = $0.model.seesMedia ? sizes.answersFromMedia : sizes.answersFromText
      let answered = try models.ask($0, questions: questions.prompts, sizes: questions)
      if answered != nil {
        assumptions.append("questions to \($0.name) as long as a prompt with its response")
      }
      return answered
    }
  }

  // MARK: - What lives

  /// Tells the forecaster what lives beside the weights of the node.
  private func prepare() {
    forecaster.others =
      policies.sorted { $0.key.path < $1.key.path }.map(\.value) + models.policies
    forecaster.otherIntermediates = models.intermediates
    forecaster.records = loaded.values.reduce(0) { $0 + $1.records }
    forecaster.frames = loaded.values.reduce(0) { $0 + $1.frames }
  }

  /// The sizes of a node's records, which are loaded from now on.
  private func load(_ node: TrainingNode, visited: Int) throws -> RecordSizes {
    let items = try input(of: node, .items)
    let (name, video) = try seen(items)
    let records = known[items.id] ?? sizes(name, video, target)
    known[items.id] = records
    assumptions += records.assumptions
    let visits = min(visited, records.count ?? visited)
    let (frames, overflow) = visits.multipliedReportingOverflow(by: records.frameBytes)
    loaded[items.id] = (
      records: (records.count ?? 0) * ItemStore.recordBytes,
      frames: min(FrameCache.limit, overflow ? .max : frames)
    )
    return records
  }

  /// The data set that items come from, of which a pipeline keeps no more than there is, and what is
  /// seen of its videos.
  private func seen(_ items: TrainingNode) throws -> (data: String, video: VideoSpecification?) {
    switch items.operation {
    case .dataset(let dataset): return (dataset.name, dataset.video)
    case .view(let video): return (try seen(input(of: items, .items)).data, video)
    case .pipeline: return try seen(input(of: items, .items))
    default: throw TrainerError.brokenGraph(node: items.id.path, missing: "dataset")
    }
  }

  /// The policy that a stage trains: what it starts from where nothing else needs that, a copy otherwise.
  private func trained(by node: TrainingNode, inPlace: Bool) throws -> ForecastPolicy {
    let start = try weights(of: node)
    guard variation == .adapters, start.adapter == nil else {
      return inPlace ? start : start.copied()
    }
    return try start.adapted(ForecastVariation.adapter)
  }

  private func weights(of node: TrainingNode) throws -> ForecastPolicy {
    guard let policy = policies[try input(of: node, .weights).id] else {
      throw TrainerError.brokenGraph(node: node.id.path, missing: "weights")
    }
    return policy
  }

  private func input(of node: TrainingNode, _ port: PortType) throws -> TrainingNode {
    guard let input = graph.inputs(of: node, port).first else {
      throw TrainerError.brokenGraph(node: node.id.path, missing: "input of type \(port.rawValue)")
    }
    return input
  }
}

extension LengthFacts {
  /// What the sum of `count` lengths hardly ever exceeds: the mean and three standard deviations of
  /// such a sum, and never more than all of the longest.
  func mostlyBelow(_ count: Int) -> Int {
    guard let longest, count > 0 else { return 0 }
    let mean = Double(sorted.reduce(0, +)) / Double(sorted.count)
    let squares = sorted.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    let deviation = (squares / Double(sorted.count)).squareRoot()
    let sum = Double(count) * mean + 3 * Double(count).squareRoot() * deviation
    return min(Int(sum.rounded(.up)), count * longest)
  }
}

extension TrainingGraph {
  /// The longest response that the run samples, in tokens.
  fileprivate var longestResponse: Int {
    nodes.compactMap { node in
      if case .rollout(let rollout) = node.operation { rollout.maximumNewTokens } else { nil }
    }.max() ?? 512
  }
}
