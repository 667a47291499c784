import Foundation
import Models
import Rewards
import TensorEngine
import TrainingGraph

/// Executes a training graph: walks its nodes in order and does what each one says.
///
/// The recipe is not known here. Whatever the graph does not say does not happen.
public struct Trainer {
  let graph: TrainingGraph
  let services: TrainerServices
  let settings: ExecutionSettings
  let digests: [NodeID: String]
  let device: any Device

  public init(_ graph: TrainingGraph, services: TrainerServices, settings: ExecutionSettings)
    throws
  {
    try graph.verify()
    self.graph = graph
    self.services = services
    self.settings = settings
    digests = graph.digests()
    device = try CPUDevice(
      threads: settings.threads, matrixProducts: graph.run.matrixProducts,
      bfloat16Products: graph.run.bfloat16Products)
  }

  /// What computes: the instruction set, the threads, the library of matrix products with the core it
  /// chose, where there is one, and the numerics class of products of bfloat16, where they are native.
  public var deviceName: String { device.name }

  /// Runs every stage and evaluation of the graph.
  ///
  /// - Throws: `TrainerError.interrupted` after saving the state, when cancelled; the errors of
  ///   media, judges, files and the engine, each naming what it is about.
  public func run() async throws {
    var sources = RunSources(graph: graph, services: services)
    var weights: [NodeID: PolicyModel] = [:]
    var chosenSteps: [String: Int] = [:]
    let lastUses = graph.lastUses()
    for (index, node) in graph.nodes.enumerated() {
      switch node.operation {
      case .model(let model):
        let format = try sources.format(try input(of: node, .tokenizer))
        weights[node.id] = try initialPolicy(
          model, format, precision: graph.weightPrecision(of: node))
      case .round(let precision):
        weights[node.id] = try policy(of: node, weights).keeping(precision)
      case .adapter(let adapter):
        weights[node.id] = try policy(of: node, weights).adapted(
          adapter.settings, seed: adapter.seed, stream: "adapter/" + adapter.stage)
      case .pipeline(let pipeline):
        try await runPipeline(pipeline, node, &sources)
      case .supervise, .update:
        let start = try input(of: node, .weights).id
        let (policy, choice) = try await runStage(
          node, weights, isLastUse: lastUses[start] == index, &sources)
        weights[node.id] = policy
        chosenSteps[node.id.path] = choice?.best.step
      case .evaluate(let evaluation) where evaluation.every == nil:
        let step = try chosenSteps[evaluation.stage] ?? steps(of: evaluation.stage, &sources)
        let (record, items) = try await evaluate(evaluation, node, weights, step: step, &sources)
        try services.observer.receive(.evaluated(items))
        try services.observer.receive(.evaluation(record))
        try services.observer.synchronize()
      default: break
      }
      weights = weights.filter { (lastUses[$0.key] ?? 0) > index }
      sources.release { (lastUses[$0] ?? 0) <= index }
    }
  }

  private func initialPolicy(
    _ model: ModelSpecification, _ format: PromptFormat, precision: WeightPrecision
  ) throws -> PolicyModel {
    switch model.source {
    case .folder(let folder):
      return try PolicyModel.load(
        from: URL(fileURLWithPath: folder), device: device, precision: precision)
    case .scratch(_, _, let seed), .textScratch(_, let seed):
      guard
        let configuration = try model.configuration(
          vocabularySize: format.tokenizer.vocabularySize, tokens: format.specialTokens)
      else { throw TrainerError.brokenGraph(node: "model", missing: "sizes") }
      return try PolicyModel.initialize(configuration: configuration, seed: seed, device: device)
    }
  }

  /// The weights a supervise or update node yields: read where a finished stage with the same
  /// digest exists, trained otherwise.
  ///
  /// - Parameter isLastUse: whether nothing else will need the weights that the stage starts from, so
  ///   that they can be trained in place.
  private func runStage(
    _ node: TrainingNode, _ weights: [NodeID: PolicyModel], isLastUse: Bool,
    _ sources: inout RunSources
  ) async throws -> (policy: PolicyModel, choice: StageSelection?) {
    let digest = digests[node.id] ?? ""
    if let folder = try services.stages.finishedStage(digest: digest) {
      let policy = try PolicyModel.load(
        from: folder, device: device, precision: graph.weightPrecision(of: node))
      return (policy, try report(stage: node.id.path, folder: folder))
    }
    let start = try policy(of: node, weights)
    switch node.operation {
    case .supervise(let specification):
      let format = try sources.format(try input(of: node, .tokenizer))
      let stage = try SupervisedStage(
        specification, items: try sources.items(try input(of: node, .items)), format: format,
        policy: isLastUse ? start : try start.frozenCopy(), recomputation: settings.recomputation)
      return try await train(stage, node, digest: digest, format, &sources)
    case .update(let update):
      let (stage, format) = try policyStage(
        node, update, start, isLastUse: isLastUse, weights, &sources)
      return try await train(stage, node, digest: digest, format, &sources)
    default: throw TrainerError.brokenGraph(node: node.id.path, missing: "training")
    }
  }

  private func policyStage(
    _ node: TrainingNode, _ update: UpdateSpecification, _ start: PolicyModel, isLastUse: Bool,
    _ weights: [NodeID: PolicyModel], _ sources: inout RunSources
  ) throws -> (PolicyStage, PromptFormat) {
    let lossNode = try input(of: node, .loss)
    let rolloutNode = try input(of: lossNode, .rollouts)
    let creditNode = try input(of: lossNode, .tokenAdvantages)
    guard case .loss(let loss) = lossNode.operation,
      case .rollout(let rollout) = rolloutNode.operation
    else { throw TrainerError.brokenGraph(node: node.id.path, missing: "loss") }
    let format = try sources.format(try input(of: rolloutNode, .tokenizer))
    let needsReference = loss.kl.coefficient.onlyValue != 0
    let reference = graph.inputs(of: lossNode, .weights).first.flatMap { weights[$0.id] }
    guard !needsReference || reference != nil else {
      throw TrainerError.brokenGraph(node: lossNode.id.path, missing: "reference weights")
    }
    let isReference = needsReference && reference === start
    let stage = try PolicyStage(
      update: update, rollout: rollout, loss: loss,
      rewards: try RewardPlan(
        graph, segmented: try input(of: creditNode, .segmented), makeJudge: services.makeJudge),
      credit: try CreditPlan(graph, credit: creditNode),
      items: try sources.items(try input(of: rolloutNode, .items)), format: format,
      policy: isLastUse && !isReference ? start : try start.frozenCopy(),
      reference: needsReference ? reference : nil, recorded: services.recorded,
      settings: settings)
    return (stage, format)
  }

  /// Trains a stage to its end, from its saved state where there is one, and writes its checkpoint: the last one,
  /// or the best of those that were evaluated.
  private func train(
    _ stage: some TrainingStage, _ node: TrainingNode, digest: String, _ format: PromptFormat,
    _ sources: inout RunSources
  ) async throws -> (policy: PolicyModel, choice: StageSelection?) {
    let states = StageStates(services.stages.stateFolder)
    let recorded = services.recordedSteps(stage.stage)
    let restored = try states.restore(stage, digest: digest, upTo: recorded) { file in
      try services.observer.receive(.damagedState(file: file.path))
    }
    var completed = restored.step
    var within = try evaluationsWithin(node, stage, restored.findings, &sources)
    try services.observer.receive(
      .stageStarted(
        StageStart(
          stage: stage.stage, algorithm: stage.algorithm, completedSteps: completed,
          steps: stage.steps)))
    do {
      try await ask(&within, stage, after: completed, digest: digest)
      while completed < stage.steps {
        let step = try await interruptible(stage.stage, step: completed) {
          try await advance(stage, completed)
        }
        completed += 1
        try services.observer.receive(.step(step.record))
        try services.observer.receive(.trace(step.trace))
        for rollouts in step.rollouts { try services.observer.receive(.rollouts(rollouts)) }
        try await ask(&within, stage, after: completed, digest: digest)
        if completed % settings.stateInterval == 0, completed < stage.steps {
          try save(stage, step: completed, digest: digest, within)
        }
      }
    } catch let error as TrainerError {
      switch error {
      case .interrupted, .nothingToChooseBy:
        try save(stage, step: completed, digest: digest, within)
      default: break
      }
      throw error
    }
    let choice = within.choice(of: stage.steps)
    if let best = choice?.best.step, best != stage.steps {
      try states.restoreBest(stage, step: best, digest: digest)
    }
    let folder = try services.stages.checkpointFolder(stage: stage.stage)
    let policy = try stage.policy.save(
      to: folder, tokenizer: format.files,
      frames: stage.items.video?.frameSettings ?? FrameSettings())
    try choice?.write(to: folder)
    try services.stages.finish(stage: stage.stage, digest: digest, folder: folder)
    return (policy, try report(stage: stage.stage, folder: folder))
  }

  /// Does the next piece of a stage unless the run is to stop, which may also end the waiting for judges:
  /// then the piece was not done, and nothing has changed.
  ///
  /// - Throws: `TrainerError.interrupted`.
  func interruptible<Result>(
    _ stage: String, step: Int, _ body: () async throws -> Result
  ) async throws -> Result {
    let interrupted = TrainerError.interrupted(stage: stage, step: step)
    if services.isCancelled() { throw interrupted }
    do {
      return try await body()
    } catch is CancellationError where services.isCancelled() {
      throw interrupted
    }
  }

  /// Makes a step, or says of which stage it is that met NaN or infinity.
  private func advance(_ stage: some TrainingStage, _ index: Int) async throws -> StageStep {
    func refused(_ cause: any Error) -> TrainerError {
      .notFinite(stage: stage.stage, step: index + 1, cause: "\(cause)")
    }
    do {
      return try await stage.advance(
        index, recording: settings.recording(of: index, steps: stage.steps))
    } catch let error as EngineError where error.isAboutFiniteness {
      throw refused(error)
    } catch let error as GenerationError {
      guard case .notFinite = error else { throw error }
      throw refused(error)
    }
  }

  /// What is recorded reaches the disk before the state that vouches for it.
  private func save(
    _ stage: some TrainingStage, step: Int, digest: String, _ within: EvaluationsWithin
  ) throws {
    try services.observer.synchronize()
    try StageStates(services.stages.stateFolder).save(
      stage, step: step, digest: digest, findings: within.all.isEmpty ? nil : within.findings,
      last: settings.keptStates[stage.stage] ?? 2)
  }

  /// - Returns: Which of its checkpoints a finished stage is; nil for the last one.
  private func report(stage: String, folder: URL) throws -> StageSelection? {
    let choice = try StageSelection.read(from: folder)
    try services.observer.receive(
      .stageFinished(
        StageFinish(
          stage: stage, checkpoint: folder.path,
          digest: try Digest.sha256(contentsOf: folder.appendingPathComponent("model.safetensors")),
          choice: choice)))
    return choice
  }

  func policy(of node: TrainingNode, _ weights: [NodeID: PolicyModel]) throws -> PolicyModel {
    guard let policy = weights[try input(of: node, .weights).id] else {
      throw TrainerError.brokenGraph(node: node.id.path, missing: "weights")
    }
    return policy
  }

  func input(of node: TrainingNode, _ port: PortType) throws -> TrainingNode {
    guard let input = graph.inputs(of: node, port).first else {
      throw TrainerError.brokenGraph(node: node.id.path, missing: "input of type \(port.rawValue)")
    }
    return input
  }
}
