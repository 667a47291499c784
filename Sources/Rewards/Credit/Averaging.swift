/// How token losses become one number: loss = sum over tokens of weight x token loss.
public enum Averaging: String, CaseIterable, Sendable {
  /// Mean over the tokens of each process within a sequence, summed over processes (tokens outside
  /// all segments are a part of their own), mean over sequences. VIDEOP2R eq. 7.
  case segment
  /// Mean over the tokens of a sequence, mean over sequences. GRPO as DeepSeekMath has it; TRL's
  /// `grpo`.
  case sequence
  /// Mean over all tokens of the update. DAPO; TRL's `bnpo`.
  case token
  /// Sum over tokens divided by the tokens of the whole batch of rollouts, also where an update sees
  /// a part of it. TRL's `dapo`.
  case batch
  /// Sum over tokens divided by the number of sequences times a constant length. Dr. GRPO; TRL's
  /// `dr_grpo`.
  case constant
  /// Sum over the tokens of a sequence, mean over sequences. LUSPO; TRL's `luspo`.
  case sum

  /// Weights for the sequences of one update: per sequence, one per token.
  ///
  /// - Parameters:
  ///   - sequences: the process of every token, nil for the rest (`ParsedResponse.processes()`).
  ///   - maximumLength: the constant length of `constant`, in tokens.
  ///   - divisor: replaces the number of tokens under `token`, for an update that is computed in
  ///     pieces or counts otherwise, and under `batch`: the tokens of the whole batch.
  /// - Throws: `RewardError.credit` when a needed constant is absent or not positive.
  public func weights(
    _ sequences: [[String?]], maximumLength: Int? = nil, divisor: Double? = nil
  ) throws -> [[Double]] {
    let count = Double(sequences.count)
    switch self {
    case .segment:
      return sequences.map { processes in
        let sizes = Dictionary(processes.map { ($0, 1.0) }, uniquingKeysWith: +)
        return processes.map { 1 / (count * (sizes[$0] ?? 1)) }
      }
    case .sequence:
      return sequences.map { uniform(1 / (count * Double($0.count)), $0) }
    case .token, .batch:
      let divisor = divisor ?? Double(sequences.reduce(0) { $0 + $1.count })
      guard divisor > 0 || sequences.allSatisfy(\.isEmpty) else {
        throw RewardError.credit(message: "the divisor of a token mean must be positive")
      }
      return sequences.map { uniform(1 / divisor, $0) }
    case .constant:
      guard let maximumLength, maximumLength > 0 else {
        throw RewardError.credit(message: "averaging by a constant needs a positive length")
      }
      return sequences.map { uniform(1 / (count * Double(maximumLength)), $0) }
    case .sum:
      return sequences.map { uniform(1 / count, $0) }
    }
  }

  private func uniform(_ weight: Double, _ tokens: [String?]) -> [Double] {
    [Double](repeating: weight, count: tokens.count)
  }
}
