import Models
import TensorEngine
import TrainingGraph

/// The groups of one update, packed, with everything that stays the same however often they are
/// used.
private struct PolicyBatch {
  /// The inputs of every pass.
  var passes: [PassInputs]
  var advantages: [Double]
  var parts: RatioParts
  var tokenCount: Int
}

extension PolicyStage {
  /// The updates of one batch: in every pass, one for each minibatch.
  ///
  /// The log-probabilities recorded while sampling are the old policy throughout, and those of the
  /// reference are computed once. A stage is saved between batches only, so that the batch is never
  /// part of its state.
  ///
  /// - Returns: Means over the updates.
  func learn(_ groups: [PolicyGroup], beta: Double, temperature: Double, rate: Double) throws
    -> [String: Double]
  {
    let batchTokens = groups.tokenCount
    let batches = try groups.minibatches(update.minibatches).map {
      try batch(
        $0.weighted(loss, beta: beta, batchTokens: batchTokens), temperature: temperature)
    }
    var updates: [[String: Double]] = []
    for _ in 0..<update.passesPerBatch {
      for batch in batches { updates.append(try learn(batch, rate: rate)) }
    }
    var values = Self.means(updates)
    values["tokens"] = Double(batches.reduce(0) { $0 + $1.tokenCount })
    if updates.count > 1 { values["updates"] = Double(updates.count) }
    return values
  }

  /// Groups whose responses all earned the same have a gradient of exactly zero. They count in the
  /// averages, and are left out of the computation.
  private func batch(_ groups: [PolicyGroup], temperature: Double) throws -> PolicyBatch {
    let informative = groups.filter(\.hasSignal)
    let computed = informative.isEmpty ? Array(groups.prefix(1)) : informative
    let passes = computed.passes(bound: update.microBatch)
    return PolicyBatch(
      passes: try passes.map { try inputs($0, temperature: temperature) },
      advantages: computed.flatMap { $0.advantages.flatMap { $0 } },
      parts: RatioParts(loss.ratio, computed.flatMap(\.parts)), tokenCount: computed.tokenCount)
  }

  /// What one forward and backward pass reads.
  private func inputs(
    _ groups: [PolicyGroup], temperature: Double
  ) throws -> PassInputs {
    let packed = try PackedBatch(
      groups.map { (prompt: $0.prompt, responses: $0.rollouts.map(\.tokens)) },
      configuration: policy.configuration, rule: policy.rule)
    func tensor(_ values: [Float]) -> HostTensor { HostTensor(values, shape: [values.count]) }
    func tensor(_ part: (PolicyGroup) -> [[Double]]) -> HostTensor {
      tensor(groups.flatMap { part($0).flatMap { $0.map(Float.init) } })
    }

    var inputs = packed.inputs
    inputs[StageGraphs.temperature] = HostTensor(Float(temperature))
    inputs[PolicyLoss.Input.advantages] = tensor(\.advantages)
    inputs[PolicyLoss.Input.weights] = tensor(\.weights)
    inputs[PolicyLoss.Input.old] = tensor(
      groups.flatMap { $0.rollouts.flatMap(\.logProbabilities) })
    if loss.ratio != .token {
      inputs.merge(RatioParts(loss.ratio, groups.flatMap(\.parts)).inputs) { $1 }
    }
    if let reference {
      inputs[PolicyLoss.Input.klWeights] = tensor(\.klWeights)
      inputs[PolicyLoss.Input.reference] = tensor(
        try reference.logProbabilities(packed, temperature: temperature))
    }
    return PassInputs(inputs: inputs, hasVisuals: packed.hasVisuals)
  }

  /// The forward and backward passes of one update and its optimizer step.
  private func learn(_ batch: PolicyBatch, rate: Double) throws -> [String: Double] {
    var (ratios, entropies, divergences): ([Float], [Float], [Float]) = ([], [], [])
    let update = try optimizer.update(
      programs, batch.passes, parameters: policy.parameters, rate: rate
    ) { results in
      ratios += try results.host("ratio").floats
      entropies += try results.host("entropy").floats
      if reference != nil { divergences += try results.host("divergence").floats }
    }
    var values = [
      "loss": update.loss, "entropy": Self.mean(entropies), "gradient_norm": update.gradientNorm,
    ]
    let clipped = ClipStatistics(
      loss.surrogate, ratios: ratios, advantages: batch.advantages, parts: batch.parts)
    if let clipped { values["clip_share"] = clipped.region }
    if self.update.isOffPolicy {
      values["ratio"] = Self.mean(ratios)
      if let clipped {
        values["clip_share/low"] = clipped.low
        values["clip_share/high"] = clipped.high
      }
    }
    if reference != nil { values["kl"] = Self.mean(divergences) }
    if batch.passes.count > 1 { values["micro_batches"] = Double(batch.passes.count) }
    return values
  }

  private static func means(_ updates: [[String: Double]]) -> [String: Double] {
    // One update is reported as it is, the sign of a zero included.
    if let only = updates.first, updates.count == 1 { return only }
    var means = Means()
    for update in updates {
      for (name, value) in update { means.add(name, value) }
    }
    return means.values
  }

  private static func mean(_ values: [Float]) -> Double {
    values.reduce(0) { $0 + Double($1) } / Double(max(values.count, 1))
  }
}

extension UpdateSpecification {
  /// Whether some updates are made by other weights than those that wrote the batch.
  var isOffPolicy: Bool { passesPerBatch > 1 || minibatches > 1 }
}
