/// Responses that the policy has to write besides its rollouts, because a reward is computed from
/// them. A kind of reward asks for them (`RewardKind.material`); whoever runs the rewards and has a
/// policy at hand writes them before any reward is computed, and puts them into the group. Where
/// nobody does, as for stored responses, the reward abstains.
public enum RewardMaterial: Hashable, Sendable {
  /// What the policy answers, greedily, to the same question with the text of these segments of its
  /// response in place of the video: one for every response, nil where one of them is not complete.
  case answersFromText(segments: [String])
  /// Rollouts to the same question with its frames changed, sampled like all others: `share` times
  /// as many as the group has, at least one. None where the item is no video.
  case changedFrames(FrameChange, share: Double)

  /// Whether there is one for every response, in their order.
  var isPerResponse: Bool {
    if case .answersFromText = self { return true }
    return false
  }

  /// How many responses the policy writes for a group of `size` at most.
  public func responses(ofGroup size: Int) -> Int {
    switch self {
    case .answersFromText: size
    case .changedFrames(_, let share):
      max(1, Int(min((share * Double(size)).rounded(), 1_000_000)))
    }
  }
}

/// What is done to the frames of a video.
public enum FrameChange: String, Hashable, Sendable, CaseIterable {
  /// Their order is drawn anew (T-GRPO).
  case shuffled
  /// All of them are black.
  case masked
  /// The question is asked without them.
  case missing
}
