/// Several groups of one update.
extension Normalization {
  /// The rewards of one scope: per group, per response, one value for each reward of the scope,
  /// nil where that reward abstained.
  typealias ScopeRewards = [[[Double?]]]

  /// Advantages of a whole update, group by group.
  ///
  /// - Parameters:
  ///   - weights: of the rewards of the scope in their sum; 1 where absent.
  ///   - keys: per group, whose running moments it has part in: its problem type.
  ///   - owner: the name under which running moments are remembered.
  func apply(
    _ rewards: ScopeRewards, weights: [Double] = [], keys: [String] = [], owner: String = "",
    memory: inout RewardMemory
  ) throws -> [NormalizedScope] {
    let sums = rewards.map { $0.map { total($0, weights: weights) } }
    switch aggregation {
    case .sumThenNormalize:
      return try apply(groups: sums, keys: keys, owner: owner, memory: &memory)
    case .normalizeThenSum:
      return try normalizedThenSummed(
        rewards, sums, weights: weights, keys: keys, owner: owner, memory: &memory)
    }
  }

  /// The weighted sum of a response's rewards; nil where it takes no part.
  func total(_ rewards: [Double?], weights: [Double]) -> Double? {
    let present = rewards.enumerated().compactMap { index, value in
      value.map { weights.indices.contains(index) ? weights[index] * $0 : $0 }
    }
    switch abstention {
    case .response: guard present.count == rewards.count else { return nil }
    case .reward: guard !present.isEmpty || rewards.isEmpty else { return nil }
    }
    return present.reduce(0, +)
  }

  private func normalizedThenSummed(
    _ rewards: ScopeRewards, _ sums: [[Double?]], weights: [Double], keys: [String],
    owner: String, memory: inout RewardMemory
  ) throws -> [NormalizedScope] {
    let width = rewards.first?.first?.count ?? 0
    var parts = sums.map { $0.map { $0 == nil ? nil : Double?(0) } }
    var isFlat = sums.map { _ in true }
    for column in 0..<width {
      // A response that takes no part is no sibling of those that do.
      let values = zip(rewards, sums).map { group, sums in
        zip(group, sums).map { $1 == nil ? nil : $0[column] }
      }
      let normalized = try apply(
        groups: values, keys: keys, owner: "\(owner)/\(column)", memory: &memory)
      let weight = weights.indices.contains(column) ? weights[column] : 1
      for (index, scope) in normalized.enumerated() {
        parts[index] = zip(parts[index], scope.advantages).map { sum, part in
          sum.map { $0 + weight * part }
        }
        if !scope.isZeroVariance { isFlat[index] = false }
      }
    }
    let whitening = Normalization(
      over: .batch, deviation: deviation, epsilon: epsilon, minimumCount: minimumCount)
    let advantages =
      whitens
      ? try whitening.apply(groups: parts).map(\.advantages) : parts.map { $0.map { $0 ?? 0 } }
    return zip(zip(advantages, sums), isFlat).map { pair, isFlat in
      let present = pair.1.compactMap { $0 }
      return NormalizedScope(
        advantages: pair.0, mean: present.mean,
        deviation: spread(of: present, around: present.mean), count: present.count,
        isZeroVariance: isFlat)
    }
  }

  /// Normalizes several groups, each for itself or all together. Statistics are those of the scope
  /// that was normalized, except that zero variance is told of each group for itself.
  func apply(groups: [[Double?]]) throws -> [NormalizedScope] {
    var memory = RewardMemory()
    return try apply(groups: groups, keys: [], owner: "", memory: &memory)
  }

  private func apply(
    groups: [[Double?]], keys: [String], owner: String, memory: inout RewardMemory
  ) throws -> [NormalizedScope] {
    let scaled = scaleOver ?? over
    if isRunning {
      return try running(groups, scaled, keys: keys, owner: owner, memory: &memory)
    }
    guard scale != .none, scaled != over else { return try uniform(groups) }
    var centring = self
    centring.scale = .none
    let spread = try Normalization(
      over: scaled, deviation: deviation, tolerance: tolerance, minimumCount: minimumCount
    ).uniform(groups)
    return zip(try centring.uniform(groups), spread).map { own, spread in
      NormalizedScope(
        advantages: own.advantages.map { standardized($0, by: spread.deviation) }, mean: own.mean,
        deviation: spread.deviation, count: own.count, isZeroVariance: own.isZeroVariance)
    }
  }

  /// Centre and scale of one scope.
  private func uniform(_ groups: [[Double?]]) throws -> [NormalizedScope] {
    guard over == .batch else { return try groups.map { try apply($0) } }
    let whole = try apply(groups.flatMap { $0 })
    var start = 0
    return try groups.map { group in
      defer { start += group.count }
      let own = try apply(group)
      return NormalizedScope(
        advantages: Array(whole.advantages[start..<(start + group.count)]), mean: whole.mean,
        deviation: whole.deviation, count: own.count, isZeroVariance: own.isZeroVariance)
    }
  }

  /// Centre, scale or both of what is remembered, the groups of this update included.
  private func running(
    _ groups: [[Double?]], _ scaled: Scope, keys: [String], owner: String,
    memory: inout RewardMemory
  ) throws -> [NormalizedScope] {
    let names = groups.indices.map { "\(owner)/\(keys.indices.contains($0) ? keys[$0] : "")" }
    for name in Set(names).sorted() {
      let present = zip(names, groups).filter { $0.0 == name }.flatMap(\.1).compactMap { $0 }
      guard present.allSatisfy(\.isFinite) else {
        throw RewardError.credit(message: "a reward that is not finite cannot be normalized")
      }
      guard !present.isEmpty else { continue }
      let now = RunningMoments(of: present, tolerance: tolerance)
      memory[name] =
        (RunningMoments(memory[name])?.mixed(with: now, decay: decay) ?? now).numbers
    }
    var resting = self
    resting.over = over == .running ? .group : over
    resting.scaleOver = nil
    resting.scale = .none
    let own = try resting.uniform(groups)
    let deviations =
      scale == .none || scaled == .running
      ? nil
      : try Normalization(
        over: scaled, deviation: deviation, tolerance: tolerance, minimumCount: minimumCount
      ).uniform(groups)
    return groups.indices.map { index in
      let moments = RunningMoments(memory[names[index]])
      let centred =
        over == .running
        ? groups[index].map { reward in
          reward.map { center == .none ? $0 : $0 - (moments?.mean ?? 0) } ?? 0
        } : own[index].advantages
      let spread = deviations?[index].deviation ?? moments?.deviation ?? 0
      return NormalizedScope(
        advantages: scale == .none ? centred : centred.map { standardized($0, by: spread) },
        mean: over == .running ? moments?.mean ?? 0 : own[index].mean, deviation: spread,
        count: own[index].count, isZeroVariance: own[index].isZeroVariance)
    }
  }
}
