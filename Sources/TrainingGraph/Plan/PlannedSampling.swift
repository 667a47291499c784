import Models
import Rewards

extension TrainingGraph {
  /// What the rewards of a rollout ask the policy to write besides its responses, each once.
  public func material(of rollout: TrainingNode) -> [RewardMaterial] {
    let asking = Set(
      RewardRegistry.standard.schemas.filter { $0.traits.contains(.asksPolicy) }.map(\.name))
    var found: [RewardMaterial] = []
    for segmented in consumers(of: rollout.id) {
      guard case .segment(let segmentation) = segmented.operation else { continue }
      let context = RewardContext(segments: segmentation.segments)
      for node in consumers(of: segmented.id) {
        guard case .reward(let reward) = node.operation, asking.contains(reward.kind),
          let kind = try? RewardRegistry.standard.make(
            kind: reward.kind, name: reward.name, settings: reward.settings, context: context),
          let material = kind.material, !found.contains(material)
        else { continue }
        found.append(material)
      }
    }
    return found
  }

  /// The groups that a step of a policy stage samples at most. Those that are replaced are counted too; a
  /// step asks no question twice, so there are no more than questions, where their number is known.
  public func groupsPerStep(_ rollout: TrainingNode, _ update: UpdateSpecification) -> Double {
    guard case .rollout(let specification) = rollout.operation else { return 0 }
    let prompts = Double(specification.promptsPerStep ?? 1)
    guard let rounds = update.resampling?.rounds else { return prompts }
    let tried = prompts * (1 + Double(rounds))
    return plannedItems(of: rollout).map { min(tried, max(prompts, Double($0))) } ?? tried
  }

  /// The records that a node reads at most; nil where that is not known yet. A pipeline keeps no more than
  /// there are.
  func plannedItems(of node: TrainingNode) -> Int? {
    guard let items = inputs(of: node, .items).first else { return nil }
    if case .dataset(let dataset) = items.operation { return dataset.recordCount }
    return plannedItems(of: items)
  }

  /// Whether the main reward of an evaluation, which is measured on the answers without a video too, is
  /// this one or reads it.
  func isPrimary(_ reward: TrainingNode, of evaluation: TrainingNode) -> Bool {
    let rewards = inputs(of: evaluation, .segmented).flatMap { consumers(of: $0.id) }
    func specification(_ node: TrainingNode) -> RewardSpecification? {
      if case .reward(let reward) = node.operation { reward } else { nil }
    }
    var pending = [
      rewards.first { specification($0)?.isPrimary == true }
        ?? rewards.first { specification($0)?.kind == "accuracy" }
    ].compactMap { $0 }
    var seen: Set<NodeID> = []
    while let node = pending.popLast() {
      if node.id == reward.id { return true }
      let gates = consumers(of: node.id).filter {
        if case .gate = $0.operation { $0.inputs.first == node.id } else { false }
      }
      pending += (inputs(of: node, .rewards) + gates).filter { seen.insert($0.id).inserted }
    }
    return false
  }
}
