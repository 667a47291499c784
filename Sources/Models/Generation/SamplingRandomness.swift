/// Where the random numbers of a generation come from: one number per (prompt, rollout, position),
/// computed on demand.
///
/// Philox is keyed by the seed and the stage, and counts (position, rollout, prompt, step); so a
/// rollout never depends on which other rollouts share its batch, on their order, or on the number
/// of threads.
public struct SamplingRandomness: Sendable, Hashable {
  public let step: Int
  /// The number of the first prompt of a call among the prompts of the step.
  public let firstPrompt: Int
  private let key: SIMD2<UInt32>
  /// One for each prompt of the call, where the prompts do not count; else empty.
  private let streams: [SIMD2<UInt32>]

  public init(seed: UInt64, stage: String, step: Int, firstPrompt: Int = 0) {
    self.step = step
    self.firstPrompt = firstPrompt
    self.key = Philox.key(seed: seed, stream: "sampling/" + stage)
    streams = []
  }

  /// Numbers that depend on what is asked, not on its place in the call.
  ///
  /// - Parameter streams: a name for each prompt of the call.
  public init(seed: UInt64, streams: [String]) {
    step = 0
    firstPrompt = 0
    key = Philox.key(seed: seed, stream: "asking")
    self.streams = streams.map { Philox.key(seed: seed, stream: "asking/" + $0) }
  }

  /// A number in [0, 1) for one token. `prompt` counts from the call's first prompt, all indices
  /// from 0.
  public func uniform(prompt: Int, rollout: Int, position: Int) -> Double {
    let isNamed = streams.indices.contains(prompt)
    let counter = SIMD4(
      UInt32(truncatingIfNeeded: position), UInt32(truncatingIfNeeded: rollout),
      UInt32(truncatingIfNeeded: isNamed ? 0 : firstPrompt + prompt),
      UInt32(truncatingIfNeeded: step))
    let words = Philox.block(counter: counter, key: isNamed ? streams[prompt] : key)
    return Philox.unitInterval(words[0], words[1])
  }
}
