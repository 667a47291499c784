import TensorEngine

/// Prompts whose rollouts are decoded together.
///
/// The prompts are computed once, in one packed pass that fills the cache. Then every step computes
/// one row per unfinished rollout; finished rollouts leave the batch at once. No row's result
/// depends on which rows share its batch.
struct GenerationWave {
  let model: PolicyModel
  let cache: KeyValueCache
  let sampling: SamplingSettings
  let randomness: SamplingRandomness
  let rolloutsPerPrompt: Int
  /// The call's number of the wave's first prompt.
  let firstPrompt: Int

  /// A rollout that has not ended.
  private struct Active {
    /// Numbers within the wave.
    let prompt: Int
    let rollout: Int
    /// Where its keys and values start.
    let firstSlot: Int
    /// Its row of the current logits.
    var row: Int
    var tokens: [Int] = []
    var logProbabilities: [Float] = []
  }

  func run(_ prompts: ArraySlice<Prompt>, isCancelled: () -> Bool) throws -> [[Rollout]] {
    guard !isCancelled() else { throw CancellationError() }
    var rows = PackedRows(model.configuration)
    let prefixes = try prompts.map { try rows.appendPrompt($0, rule: model.rule) }
    let ownSlots = sampling.maxNewTokens - 1
    try cache.reserve(rows.count + prefixes.count * rolloutsPerPrompt * ownSlots)
    var logits = try prefill(rows, prefixes)
    var active = prefixes.indices.flatMap { prompt in
      (0..<rolloutsPerPrompt).map { rollout in
        let number = prompt * rolloutsPerPrompt + rollout
        return Active(
          prompt: prompt, rollout: rollout, firstSlot: rows.count + number * ownSlots, row: prompt)
      }
    }
    var finished = prefixes.map { _ in [Rollout?](repeating: nil, count: rolloutsPerPrompt) }
    var sampler = TokenSampler(sampling)
    for position in 0..<sampling.maxNewTokens {
      try sample(&active, from: logits, at: position, with: &sampler)
      active.removeAll { candidate in
        guard let finish = finish(of: candidate) else { return false }
        finished[candidate.prompt][candidate.rollout] = Rollout(
          tokens: candidate.tokens, logProbabilities: candidate.logProbabilities, finish: finish)
        return true
      }
      if active.isEmpty { break }
      guard !isCancelled() else { throw CancellationError() }
      logits = try decode(&active, prefixes, position: position)
    }
    return finished.map { $0.compactMap { $0 } }
  }

  private func finish(of candidate: Active) -> Rollout.Finish? {
    if let last = candidate.tokens.last, sampling.stopTokens.contains(last) { return .endToken }
    return candidate.tokens.count == sampling.maxNewTokens ? .length : nil
  }

  /// Computes the prompts and fills their slots; returns the logits after each prompt.
  private func prefill(_ rows: PackedRows, _ prefixes: [PackedRows.Prefix]) throws -> [Float] {
    var inputs = rows.inputs
    inputs[QwenGraph.Input.slots] = HostTensor(
      (0..<rows.count).map { Int32($0) }, shape: [rows.count])
    inputs[QwenGraph.Input.targetRows] = HostTensor(
      prefixes.map { Int32($0.rows.upperBound - 1) }, shape: [prefixes.count])
    return try run(inputs, hasVisuals: rows.vision.patchCount > 0)
  }

  /// Computes the row of every rollout's last token, the response's token number `position`.
  private func decode(
    _ active: inout [Active], _ prefixes: [PackedRows.Prefix], position: Int
  ) throws -> [Float] {
    var rotary = RotaryTable.text(model.configuration)
    var segments: [Int32] = []
    for index in active.indices {
      active[index].row = index
      let prefix = prefixes[active[index].prompt]
      rotary.append(SIMD3(repeating: prefix.positions.next + position))
      let first = active[index].firstSlot
      segments +=
        SegmentRow(
          queries: index..<index + 1, prefix: prefix.rows, own: first..<first + position + 1,
          group: prefix.group
        ).values
    }
    let count = active.count
    return try run(
      [
        QwenGraph.Input.tokens: HostTensor(
          active.map { Int32($0.tokens[position]) }, shape: [count]),
        QwenGraph.Input.cosine: HostTensor(rotary.cosines, shape: [count, rotary.columns]),
        QwenGraph.Input.sine: HostTensor(rotary.sines, shape: [count, rotary.columns]),
        QwenGraph.Input.segments: HostTensor(segments, shape: [count, SegmentRow.width]),
        QwenGraph.Input.slots: HostTensor(
          active.map { Int32($0.firstSlot + position) }, shape: [count]),
        QwenGraph.Input.targetRows: HostTensor((0..<count).map { Int32($0) }, shape: [count]),
      ], hasVisuals: false)
  }

  private func run(_ inputs: [String: HostTensor], hasVisuals: Bool) throws -> [Float] {
    let program = try model.executable(.cachedLogits(hasVisuals: hasVisuals))
    let results = try program.run(
      inputs, parameters: model.parameters, states: cache.states)
    return try results.host(PolicyModel.result).floats
  }

  /// Chooses the next token of every rollout and records its log-probability.
  private func sample(
    _ active: inout [Active], from logits: [Float], at position: Int,
    with sampler: inout TokenSampler
  ) throws {
    let width = model.configuration.text.vocabularySize
    let temperature = sampling.recordedTemperature
    try logits.withUnsafeBufferPointer { all in
      for index in active.indices {
        let start = active[index].row * width
        let row = UnsafeBufferPointer(rebasing: all[start..<start + width])
        let prompt = firstPrompt + active[index].prompt
        let rollout = active[index].rollout
        let number = randomness.uniform(prompt: prompt, rollout: rollout, position: position)
        guard let token = sampler.choose(row, uniform: number) else {
          throw GenerationError.notFinite(prompt: prompt, rollout: rollout, position: position)
        }
        active[index].tokens.append(token)
        active[index].logProbabilities.append(
          LogProbability.ofRow(row, target: token, temperature: temperature))
      }
    }
  }
}
