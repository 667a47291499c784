import TensorEngine

/// Decodes the rollouts of many prompts, a bounded number at a time.
///
/// A prompt is computed once, in a packed pass that fills its slots of the cache; its rollouts share
/// them until the last one has ended. Every step computes one row per rollout in flight. A rollout that
/// has ended leaves at once, and when enough rows are free waiting prompts enter. No row's result
/// depends on which rows share its step, so neither the bound nor the order changes a rollout.
struct GenerationRun {
  private let model: PolicyModel
  private let cache: KeyValueCache
  private let sampling: SamplingSettings
  private let randomness: SamplingRandomness
  private let prompts: [Prompt]
  private let rolloutsPerPrompt: Int
  /// The most rollouts in flight, at least those of one prompt.
  private let capacity: Int
  private let mostLikely: MostLikelyTokens
  private var slots: SlotRanges
  private var waiting: Range<Int>
  private var finished: [[Rollout?]]
  private var prefixes: [Int: Prefix] = [:]
  private var active: [Active] = []
  /// One for each thread.
  private var samplers: [TokenSampler]

  /// A prompt whose keys and values are in the cache.
  private struct Prefix {
    let slots: Range<Int>
    /// The position of the first token of a response.
    let next: Int
    /// Its rollouts that have not ended.
    var unfinished: Int
  }

  /// A rollout that has not ended.
  private struct Active {
    let prompt: Int
    let rollout: Int
    let slots: Range<Int>
    /// Its row of the current logits.
    var row: Int
    var tokens: [Int] = []
    var logProbabilities: [Float] = []
    var stopping = StopText.Progress()
    var mostLikely: [[LikelyToken]] = []
  }

  init(
    _ model: PolicyModel, prompts: [Prompt], rolloutsPerPrompt: Int, sampling: SamplingSettings,
    randomness: SamplingRandomness, capacity: Int, mostLikely: MostLikelyTokens
  ) throws {
    self.model = model
    self.sampling = sampling
    self.randomness = randomness
    self.prompts = prompts
    self.rolloutsPerPrompt = rolloutsPerPrompt
    let sizes = GenerationSizes(
      promptTokens: prompts.map(\.tokens.count), rolloutsPerPrompt: rolloutsPerPrompt,
      maxNewTokens: sampling.maxNewTokens, inFlight: capacity)
    self.capacity = sizes.capacity
    self.mostLikely = mostLikely
    samplers = Array(repeating: TokenSampler(sampling), count: model.device.threads)
    waiting = prompts.indices
    finished = prompts.map { _ in [Rollout?](repeating: nil, count: rolloutsPerPrompt) }
    cache = KeyValueCache(model.configuration, device: model.device)
    slots = SlotRanges(capacity: sizes.slots)
    try cache.reserve(slots.capacity)
  }

  /// - Parameter isCancelled: asked before every step.
  mutating func run(isCancelled: () -> Bool) throws -> [[Rollout]] {
    while !waiting.isEmpty || !active.isEmpty {
      guard !isCancelled() else { throw CancellationError() }
      if let entered = admit() {
        let logits = try prefill(entered)
        try sample(entered, from: logits)
      } else {
        let logits = try decode()
        try sample(active.indices, from: logits)
      }
      retire()
    }
    return finished.map { $0.compactMap { $0 } }
  }

  // MARK: - Who is in flight

  /// Lets waiting prompts enter once a quarter of the rows is free, so that prompts are computed
  /// several at a time. Returns the places of their rollouts in `active`.
  private mutating func admit() -> Range<Int>? {
    guard !waiting.isEmpty,
      active.isEmpty || capacity - active.count >= max(rolloutsPerPrompt, capacity / 4)
    else { return nil }
    let first = active.count
    while let prompt = waiting.first, active.count + rolloutsPerPrompt <= capacity,
      let rollouts = take(prompt)
    {
      active += rollouts
      waiting = waiting.dropFirst()
    }
    return active.count > first ? first..<active.count : nil
  }

  /// Slots for a prompt and its rollouts; nil, and nothing taken, when there are not enough.
  private mutating func take(_ prompt: Int) -> [Active]? {
    var taken: [Range<Int>] = []
    let own = sampling.maxNewTokens - 1
    for count in [prompts[prompt].tokens.count] + Array(repeating: own, count: rolloutsPerPrompt) {
      guard let range = slots.take(count) else {
        taken.forEach { slots.give($0) }
        return nil
      }
      taken.append(range)
    }
    prefixes[prompt] = Prefix(slots: taken[0], next: 0, unfinished: rolloutsPerPrompt)
    return taken.dropFirst().enumerated().map {
      Active(prompt: prompt, rollout: $0, slots: $1, row: 0)
    }
  }

  /// Takes what has ended out of flight.
  private mutating func retire() {
    var going: [Active] = []
    for candidate in active {
      guard let finish = finish(of: candidate) else {
        going.append(candidate)
        continue
      }
      finished[candidate.prompt][candidate.rollout] = Rollout(
        tokens: candidate.tokens, logProbabilities: candidate.logProbabilities, finish: finish,
        mostLikely: candidate.mostLikely)
      slots.give(candidate.slots)
      prefixes[candidate.prompt]?.unfinished -= 1
      if let prefix = prefixes[candidate.prompt], prefix.unfinished == 0 {
        slots.give(prefix.slots)
        prefixes[candidate.prompt] = nil
      }
    }
    active = going
  }

  private func finish(of candidate: Active) -> Rollout.Finish? {
    if let last = candidate.tokens.last, sampling.stopTokens.contains(last) { return .endToken }
    if candidate.stopping.isComplete { return .stopText }
    return candidate.tokens.count == sampling.maxNewTokens ? .length : nil
  }

  // MARK: - Computation

  /// Computes the prompts of new rollouts and fills their slots; returns the logits after each.
  private mutating func prefill(_ entered: Range<Int>) throws -> [Float] {
    var rows = PackedRows(model.configuration)
    var places: [Int32] = []
    var last: [Int32] = []
    for index in entered {
      let prompt = active[index].prompt
      guard let known = prefixes[prompt] else { continue }
      if active[index].rollout == 0 {
        let prefix = try rows.appendPrompt(prompts[prompt], rule: model.rule)
        places += known.slots.map { Int32($0) }
        last.append(Int32(prefix.rows.upperBound - 1))
        prefixes[prompt] = Prefix(
          slots: known.slots, next: prefix.positions.next, unfinished: known.unfinished)
      }
      active[index].row = last.count - 1
    }
    var inputs = rows.inputs
    inputs[QwenGraph.Input.segments] = rows.segments(in: places)
    inputs[QwenGraph.Input.slots] = HostTensor(places, shape: [places.count])
    inputs[QwenGraph.Input.targetRows] = HostTensor(last, shape: [last.count])
    return try run(inputs, hasVisuals: rows.vision.patchCount > 0)
  }

  /// Computes the row of every rollout's last token.
  private mutating func decode() throws -> [Float] {
    var rotary = RotaryTable.text(model.configuration)
    var segments: [Int32] = []
    var tokens: [Int32] = []
    var places: [Int32] = []
    for index in active.indices {
      let candidate = active[index]
      guard let prefix = prefixes[candidate.prompt], let token = candidate.tokens.last else {
        continue
      }
      active[index].row = index
      let position = candidate.tokens.count - 1
      let first = candidate.slots.lowerBound
      tokens.append(Int32(token))
      places.append(Int32(first + position))
      rotary.append(SIMD3(repeating: prefix.next + position))
      segments +=
        SegmentRow(
          queries: index..<index + 1, prefix: prefix.slots, own: first..<first + position + 1,
          group: candidate.prompt
        ).values
    }
    let count = active.count
    return try run(
      [
        QwenGraph.Input.tokens: HostTensor(tokens, shape: [count]),
        QwenGraph.Input.cosine: HostTensor(rotary.cosines, shape: [count, rotary.columns]),
        QwenGraph.Input.sine: HostTensor(rotary.sines, shape: [count, rotary.columns]),
        QwenGraph.Input.segments: HostTensor(segments, shape: [count, SegmentRow.width]),
        QwenGraph.Input.slots: HostTensor(places, shape: [count]),
        QwenGraph.Input.targetRows: HostTensor((0..<count).map { Int32($0) }, shape: [count]),
      ], hasVisuals: false)
  }

  private func run(_ inputs: [String: HostTensor], hasVisuals: Bool) throws -> [Float] {
    let program = try model.executable(.cachedLogits(hasVisuals: hasVisuals))
    let results = try program.run(
      inputs, parameters: model.parameters, states: cache.states)
    return try results.host(PolicyModel.result).floats
  }

  /// Chooses the next token of some rollouts and records its log-probability.
  private mutating func sample(_ chosen: Range<Int>, from logits: [Float]) throws {
    for (index, choice) in zip(chosen, choices(for: chosen, from: logits)) {
      guard let choice else {
        throw GenerationError.notFinite(
          prompt: active[index].prompt, rollout: active[index].rollout,
          position: active[index].tokens.count,
          parameter: try model.parameters.firstNotFinite())
      }
      active[index].tokens.append(choice.token)
      sampling.stopText?.advance(&active[index].stopping, by: choice.token)
      active[index].logProbabilities.append(choice.logProbability)
      if let mostLikely = choice.mostLikely { active[index].mostLikely.append(mostLikely) }
    }
  }

  /// What a row of logits gives.
  private struct Choice {
    var token: Int
    var logProbability: Float
    /// Nil where nobody asked.
    var mostLikely: [LikelyToken]?
  }

  /// The next token of each rollout; nil where the logits are not finite. Rows of a large vocabulary take
  /// a noticeable part of a step, so threads share them; each row's choice is its own.
  private mutating func choices(for chosen: Range<Int>, from logits: [Float]) -> [Choice?] {
    let width = model.configuration.text.vocabularySize
    let (temperature, randomness) = (sampling.recordedTemperature, randomness)
    let (candidates, mostLikely, device) = (active[chosen], mostLikely, model.device)
    var choices = [Choice?](repeating: nil, count: chosen.count)
    logits.withUnsafeBufferPointer { all in
      choices.withUnsafeMutableBufferPointer { choices in
        samplers.withUnsafeMutableBufferPointer { samplers in
          device.forEach(chosen.count) { item, worker in
            let candidate = candidates[chosen.lowerBound + item]
            let start = candidate.row * width
            let row = UnsafeBufferPointer(rebasing: all[start..<start + width])
            let number = randomness.uniform(
              prompt: candidate.prompt, rollout: candidate.rollout,
              position: candidate.tokens.count)
            guard let token = samplers[worker].choose(row, uniform: number) else { return }
            let asksMore = candidate.prompt < mostLikely.prompts && mostLikely.count > 0
            let likely = asksMore ? TokenSampler.largest(mostLikely.count, of: row) : []
            let values = device.logProbabilities(
              of: [token] + likely, logits: row, temperature: temperature)
            choices[item] = Choice(
              token: token, logProbability: values[0],
              mostLikely: asksMore
                ? zip(likely, values.dropFirst()).map {
                  LikelyToken(token: $0, logProbability: $1)
                } : nil)
          }
        }
      }
    }
    return choices
  }
}
