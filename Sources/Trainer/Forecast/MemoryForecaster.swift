import Models
import TensorEngine
import TrainingGraph

/// Follows a run in thought: which weights live when, what they keep packed, and how full memory is at
/// the fullest moment of every stage. Nothing is allocated and no weight is read.
public final class MemoryForecaster {
  private let programs: ForecastPrograms
  private let inFlight: Int
  private let programBytes: Int
  /// Weights that live beside those of the moment.
  public var others: [ForecastPolicy] = []
  /// Intermediates of other devices, whose programs are forecast elsewhere.
  var otherIntermediates = 0
  /// Bytes of records and of decoded frames that are kept.
  var records = 0
  var frames = 0
  /// What earlier programs have written of the intermediates, and what is kept for reuse.
  private var workspace = ResidentWorkspace()
  private var free = 0

  var configuration: QwenConfiguration { programs.configuration }

  /// - Parameters:
  ///   - settings: how the run is executed.
  ///   - programBytes: what the process holds before anything of the run.
  public init(
    _ configuration: QwenConfiguration, settings: ExecutionSettings,
    matrixProducts: MatrixProducts = .packed, bfloat16Products: BFloat16Products = .widened,
    programBytes: Int
  ) throws {
    programs = ForecastPrograms(
      configuration, recomputation: settings.recomputation,
      device: try CPUDevice(
        threads: settings.threads, matrixProducts: matrixProducts,
        bfloat16Products: bfloat16Products))
    inFlight = settings.rolloutsInFlight
    self.programBytes = programBytes
  }

  // MARK: - Stages

  /// The moments of a supervised stage and the work of a step.
  func supervised(
    _ policy: ForecastPolicy, pass: PassSizes, microBatch: Int? = nil
  ) throws -> (moments: [ForecastMoment], work: ForecastWork) {
    try check(pass)
    let program = try programs.supervised(hasVisuals: pass.hasVisuals, policy)
    let symbols = pass.symbols(configuration, targets: pass.responseTokens)
    let part = pass.bounded(by: microBatch)
    let footprint = try run(
      program, part.symbols(configuration, targets: part.responseTokens), policy)
    var work = ForecastWork()
    work.operations = try operations(program, symbols, pass)
    work.optimizerBytes = Self.optimizerBytes(policy)
    var update = held(policy, optimizer: true)
    // The sum of the passes' gradients, and those of one.
    update[.results] = (part == pass ? 1 : 2) * footprint.outputBytes
    update[.host] = 2 * pass.mediaBytes(configuration)
    let moments = [
      ForecastMoment(kind: .update, memory: update), saving(policy),
    ]
    return (filled(moments), work)
  }

  /// The moments of a policy stage and the work of a step.
  ///
  /// - Parameters:
  ///   - reference: nil without a KL term.
  ///   - further: what is sampled besides, for rewards.
  ///   - samplings: how often all that is sampled is, because groups are replaced.
  ///   - minibatches: updates per pass over a batch, and passes.
  ///   - microBatch: tokens of one forward and backward pass.
  public func policy(
    _ policy: ForecastPolicy, reference: ForecastPolicy?, stage: String, loss: LossSpecification,
    sizes: SamplingSizes, further: [SamplingSizes] = [], samplings: Double = 1,
    minibatches: Int = 1, passes: Int = 1, microBatch: Int? = nil
  ) throws -> (moments: [ForecastMoment], work: ForecastWork) {
    try check(sizes.pass(prompts: sizes.prompts))
    let count = max(1, min(minibatches, sizes.prompts))
    let pass = sizes.pass(prompts: (sizes.prompts + count - 1) / count)
    let symbols = pass.symbols(configuration, targets: pass.responseTokens)
    let part = pass.bounded(by: microBatch)
    let partSymbols = part.symbols(configuration, targets: part.responseTokens)
    let media = 2 * sizes.pass(prompts: sizes.prompts).mediaBytes(configuration)

    // From the second step on the reference's weights are packed while responses are sampled.
    let scoring = try reference.map { reference in
      let program = try programs.model(
        .logProbabilities(hasVisuals: pass.hasVisuals), reference)
      return (
        footprint: try run(program, partSymbols, reference),
        operations: Double(count) * (try operations(program, symbols, pass))
      )
    }
    let sampled = try sampling(policy, [sizes] + further, optimizer: true)
    var moments = [sampled.moment]
    var work = ForecastWork()
    work.add(sampled.work, times: samplings)
    if let scoring {
      work.operations += scoring.operations
      var memory = held(policy, optimizer: true)
      memory[.results] = scoring.footprint.outputBytes
      memory[.host] = media
      moments.append(ForecastMoment(kind: .reference, memory: memory))
    }
    let program = try programs.policy(
      loss, stage: stage, usesReference: reference != nil, hasVisuals: pass.hasVisuals,
      policy)
    let footprint = try run(program, partSymbols, policy)
    let updates = Double(count * passes)
    work.operations += updates * (try operations(program, symbols, pass))
    work.optimizerBytes = updates * Self.optimizerBytes(policy)
    var update = held(policy, optimizer: true)
    update[.results] = (part == pass ? 1 : 2) * footprint.outputBytes
    update[.host] = media
    moments.append(ForecastMoment(kind: .update, memory: update))
    moments.append(saving(policy))
    return (filled(moments), work)
  }

  /// The moment of an evaluation and the work of all of it.
  ///
  /// - Parameters:
  ///   - questions: in all; they are decoded some at a time.
  ///   - sizes: of all that is sampled to the questions that are decoded together.
  ///   - optimizer: whether the policy is being trained.
  func evaluation(
    _ policy: ForecastPolicy, questions: Int, sizes: [SamplingSizes], optimizer: Bool = false
  ) throws -> (moments: [ForecastMoment], work: ForecastWork) {
    let (moment, once) = try sampling(policy, sizes, optimizer: optimizer)
    var work = ForecastWork()
    work.add(once, times: Double(questions) / Double(max(1, sizes.first?.prompts ?? 1)))
    return (filled([moment]), work)
  }

  /// The moment at which models besides the policy are asked, whose weights are among `others`.
  ///
  /// - Parameters:
  ///   - policy: that of the stage.
  ///   - asked: what the moment is for those models alone.
  func asking(
    _ policy: ForecastPolicy, optimizer: Bool, _ asked: ForecastMoment
  ) -> ForecastMoment {
    var memory = held(policy, optimizer: optimizer)
    for part in [MemoryPart.results, .cache, .host] { memory[part] = asked.memory[part] }
    memory[.intermediates] = workspace.bytes + otherIntermediates
    return ForecastMoment(kind: .asking, memory: memory)
  }

  // MARK: - Moments

  /// What is sampled one after the other: its fullest moment, and all of its work.
  private func sampling(
    _ policy: ForecastPolicy, _ sizes: [SamplingSizes], optimizer: Bool
  ) throws -> (moment: ForecastMoment, work: ForecastWork) {
    var fullest: ForecastMoment?
    var work = ForecastWork()
    for sizes in sizes {
      let (moment, part) = try sampling(policy, sizes, optimizer: optimizer)
      if moment.memory.total > (fullest?.memory.total ?? -1) { fullest = moment }
      work.add(part)
    }
    return (
      fullest ?? ForecastMoment(kind: .sampling, memory: held(policy, optimizer: optimizer)), work
    )
  }

  private func sampling(
    _ policy: ForecastPolicy, _ sizes: SamplingSizes, optimizer: Bool
  ) throws -> (moment: ForecastMoment, work: ForecastWork) {
    try check(sizes.pass(prompts: sizes.prompts))
    let generation = GenerationSizes(
      prompts: sizes.prompts, promptTokens: sizes.promptTokens,
      rolloutsPerPrompt: sizes.rolloutsPerPrompt, maxNewTokens: sizes.newTokens,
      inFlight: inFlight)
    let entering = sizes.pass(prompts: max(1, generation.firstPrompts), withResponses: false)
    let prefill = try programs.model(
      .cachedLogits(hasVisuals: entering.hasVisuals), policy)
    let entered = entering.symbols(
      configuration, targets: entering.prompts, slots: generation.slots)
    _ = try run(prefill, entered, policy)

    let decode = try programs.model(.cachedLogits(hasVisuals: false), policy)
    let rows = generation.rows
    let stepping = PassSizes(
      prompts: rows, promptTokens: rows, responses: 0, responseTokens: 0)
    let stepped = stepping.symbols(configuration, targets: rows, slots: generation.slots)
    let footprint = try run(decode, stepped, policy)

    var work = ForecastWork()
    let rounds = Double(sizes.prompts) / Double(max(1, generation.firstPrompts))
    work.operations = rounds.rounded(.up) * (try operations(prefill, entered, entering))
    work.decodingSteps = rounds.rounded(.up) * Double(sizes.newTokens - 1)
    let seen = rows * (sizes.promptTokens + sizes.newTokens / 2)
    work.decodingOperations = try decode.graph.flops(
      for: stepped, pairs: [QwenGraph.Input.segments: seen])
    // A group reads its prompt's keys and values once.
    let groups = max(1, rows / max(1, sizes.rolloutsPerPrompt))
    let kept = groups * sizes.promptTokens + rows * sizes.newTokens / 2
    work.decodingBytes = Double(
      decodedWeightBytes(policy) + kept * configuration.cacheBytesPerToken)

    var memory = held(policy, optimizer: optimizer)
    memory[.cache] = generation.slots * configuration.cacheBytesPerToken
    memory[.results] = footprint.outputBytes
    memory[.host] =
      footprint.outputBytes
      + 2 * sizes.pass(prompts: sizes.prompts).mediaBytes(configuration)
    return (ForecastMoment(kind: .sampling, memory: memory), work)
  }

  /// A checkpoint is being written, one tensor after the other; that of an adapter with the weights that
  /// it is merged into.
  private func saving(_ policy: ForecastPolicy) -> ForecastMoment {
    var memory = held(policy, optimizer: true, beside: [policy.merged()])
    memory[.host] = 4 * (QwenParameters.all(configuration).map(\.count).max() ?? 0)
    return ForecastMoment(kind: .saving, memory: memory)
  }

  /// Weights, panels, optimizer, and what lives beside them.
  private func held(
    _ policy: ForecastPolicy, optimizer: Bool, beside: [ForecastPolicy] = []
  ) -> MemoryParts {
    var memory = MemoryParts()
    memory[.program] = programBytes
    memory[.records] = records
    memory[.frames] = frames
    memory[.optimizer] = optimizer ? 2 * policy.trainedBytes : 0
    var seen: Set<ObjectIdentifier> = []
    for (part, policies) in [(MemoryPart.weights, [policy]), (.frozen, others + beside)] {
      for tensor in policies.flatMap(\.tensors)
      where seen.insert(ObjectIdentifier(tensor)).inserted {
        memory[part] += tensor.bytes
        memory[.packed] += tensor.panelBytes
      }
    }
    return memory
  }

  /// Adds what all moments of a stage have in common: the intermediates of all programs, and
  /// what one moment gives back and the next does not take.
  private func filled(_ moments: [ForecastMoment]) -> [ForecastMoment] {
    func transient(_ moment: ForecastMoment) -> Int {
      moment.memory[.results] + moment.memory[.cache] + moment.memory[.packed]
    }
    let least = moments.map { $0.memory[.packed] }.min() ?? 0
    let most = moments.map(transient).max() ?? 0
    free = max(free, most - least)
    return moments.map { moment in
      var moment = moment
      moment.memory[.intermediates] = workspace.bytes + otherIntermediates
      moment.memory[.free] = max(0, free - (transient(moment) - least))
      let elsewhere: [MemoryPart] = [.program, .records, .frames, .host, .intermediates]
      moment.deviceBytes =
        moment.memory.total - elsewhere.reduce(0) { $0 + moment.memory[$1] }
        + workspace.reservedBytes
      return moment
    }
  }

  /// Plans a run, and remembers what it leaves behind.
  private func run(
    _ program: Executable, _ symbols: [String: Int], _ policy: ForecastPolicy
  ) throws -> RunFootprint {
    try check(rows: symbols.values.max() ?? 0)
    let footprint = try program.footprint(for: symbols)
    workspace.add(footprint)
    policy.keep(footprint)
    return footprint
  }

  /// Refuses what cannot be counted: below so many rows, the bytes of all that is computed of them fit an
  /// integer, and so do the pairs of those that see each other.
  private func check(rows: Int) throws {
    let limit = min(1e10, 0x1p63 / (64 * layerWidth))
    guard Double(rows) <= limit else { throw ForecastError.tooManyRows(rows) }
  }

  private func check(_ pass: PassSizes) throws {
    try check(rows: max(pass.rows, pass.patches))
  }

  /// The numbers of a row that layers write, about.
  private var layerWidth: Double {
    let text = configuration.text
    return Double(text.hiddenSize + text.intermediateSize) * Double(text.layers)
  }

  // MARK: - Work

  private func operations(
    _ program: Executable, _ symbols: [String: Int], _ pass: PassSizes
  ) throws -> Double {
    try program.graph.flops(for: symbols, pairs: pass.pairs(configuration))
  }

  /// Bytes of weights that a step of decoding reads: the decoder's, its head, and an adapter's.
  private func decodedWeightBytes(_ policy: ForecastPolicy) -> Int {
    let embedding = configuration.text.tiedEmbeddings ? nil : QwenParameters.embedding
    let read = (QwenParameters.all(configuration) + (policy.adapter?.parameters ?? []))
      .filter { !$0.name.hasPrefix("visual.") && $0.name != embedding }
    return read.reduce(0) { $0 + $1.bytes(policy.precision) }
  }

  /// AdamW reads parameter, gradient and two moments, and writes all but the gradient.
  private static func optimizerBytes(_ policy: ForecastPolicy) -> Double {
    7 * Double(policy.trainedBytes)
  }
}
