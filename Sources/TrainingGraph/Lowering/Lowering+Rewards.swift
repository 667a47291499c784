import RecipeLanguage
import Rewards

extension Lowering {
  /// Appends the segmentation of `rollout` and every reward of the recipe with its gate.
  ///
  /// - Parameters:
  ///   - names: the rewards that are wanted, which bring along what they read; nil for all.
  ///   - areSummed: whether they are trained on. Elsewhere a weight changes nothing, so that traces and evaluations
  ///     are the same work in recipes that differ in weights alone.
  /// - Returns: The segmentation, and the node that yields each reward.
  mutating func rewards(
    of rollout: NodeID, below prefix: String, reading names: [String]? = nil, areSummed: Bool
  ) throws -> (segmented: NodeID, rewards: [String: NodeID]) {
    let segmented = NodeID(prefix, "segment")
    let segments = try recipe.segments.map(SegmentSpecification.init(settings:))
    try append(
      segmented, .segment(SegmentationSpecification(segments: segments)), inputs: [rollout],
      span: recipe.root.span(of: "segments"))

    var nodes: [String: NodeID] = [:]
    var pending = names.map(recipe.rewards.needed(for:)) ?? recipe.rewards
    if !areSummed {
      pending = pending.map { $0.replacing("weight", by: .schedule(.constant(1))) }
    }
    while !pending.isEmpty {
      guard
        let index = pending.firstIndex(where: {
          $0.rewardsRead().allSatisfy { nodes[$0] != nil }
        })
      else { break }
      let reward = pending.remove(at: index)
      nodes[reward.name] = try append(reward, of: segmented, below: prefix, earlier: nodes)
    }
    return (segmented, nodes)
  }

  private mutating func append(
    _ reward: Record, of segmented: NodeID, below prefix: String, earlier: [String: NodeID]
  ) throws -> NodeID {
    let id = NodeID(prefix, "reward", reward.name)
    let judge = reward.optionalString("judge")
    let specification = RewardSpecification(
      name: reward.name, kind: try reward.string("kind"), settings: reward, judge: judge,
      isPrimary: reward.optionalBoolean("primary") ?? false,
      weight: reward.optionalSchedule("weight") ?? .constant(1))
    let gates = ["when", "group_when"]
    func read(_ names: [String]) -> [NodeID] { names.compactMap { earlier[$0] } }
    try append(
      id, .reward(specification),
      inputs: [segmented] + (judge.map { [NodeID("judge", $0)] } ?? [])
        + read(reward.rewardsRead { !gates.contains($0) }),
      span: reward.span)
    guard let first = gates.first(where: reward.has) else { return id }
    let gate = NodeID(prefix, "gate", reward.name)
    try append(
      gate,
      .gate(
        GateSpecification(
          reward: reward.name, condition: reward.optionalExpression("when"),
          groupCondition: reward.optionalExpression("group_when"))),
      inputs: [id] + read(reward.rewardsRead(gates.contains)), span: reward.span(of: first))
    return gate
  }

  /// Appends one evaluation of weights: one greedy response to each question.
  ///
  /// - Parameters:
  ///   - weights: what is evaluated, called `stage`.
  ///   - name: replaces that of the evaluation.
  ///   - data: the node of the questions.
  ///   - every: asks it within the stage, of the policy in training.
  /// - Returns: The node of the evaluation.
  @discardableResult
  mutating func evaluate(
    _ evaluation: Record, named name: String? = nil, of weights: NodeID, stage: String,
    data: NodeID, every: Int? = nil
  ) throws -> NodeID {
    let name = name ?? evaluation.name
    // What is drawn depends on neither the step nor where it is asked.
    let stream = "\(name)/\(stage)"
    let prefix = every == nil ? stream : "\(name)/within-\(stage)"
    let rollout = NodeID(prefix, "rollout")
    let specification = RolloutSpecification(
      stage: stream, seed: seed, promptsPerStep: nil, groupSize: 1, temperature: .constant(0),
      topP: 1,
      topK: nil, maximumNewTokens: try evaluation.integer("max_new_tokens"),
      stopText: try stopText(of: evaluation))
    try append(
      rollout, .rollout(specification), inputs: [weights, data, Self.tokenizer],
      span: evaluation.span)
    let (segmented, rewards) = try rewards(of: rollout, below: prefix, areSummed: false)
    let sampled = try evaluation.optionalRecord("sampled").map {
      EvaluationSpecification.Sampled(
        responses: try $0.integer("responses"), temperature: try $0.number("temperature"))
    }
    try append(
      NodeID(prefix),
      .evaluate(
        EvaluationSpecification(
          name: name, stage: stage,
          observationOnly: evaluation.optionalStrings("observation_only") ?? [], sampled: sampled,
          every: every)),
      inputs: [segmented] + recipe.rewards.compactMap { rewards[$0.name] }, span: evaluation.span)
    return NodeID(prefix)
  }
}

extension [Record] {
  /// Of all rewards those that are named and all that they read, in the order of the recipe.
  func needed(for names: [String]) -> [Record] {
    var needed = Set(names)
    var pending = names
    while let name = pending.popLast() {
      guard let reward = first(where: { $0.name == name }) else { continue }
      pending += reward.rewardsRead().filter { needed.insert($0).inserted }
    }
    return filter { needed.contains($0.name) }
  }
}

extension Record {
  /// The rewards that the expressions of a reward read, each once.
  ///
  /// - Parameter isWanted: which of its keys are meant.
  fileprivate func rewardsRead(_ isWanted: (String) -> Bool = { _ in true }) -> [String] {
    keys.filter(isWanted).flatMap { optionalExpression($0)?.rewardNames ?? [] }
      .reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }
}
