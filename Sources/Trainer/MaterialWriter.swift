import Models
import Rewards
import TrainingGraph

/// Has the policy write what rewards ask for besides the rollouts of a step.
struct MaterialWriter {
  let policy: PolicyModel
  let rollout: RolloutSpecification
  let items: ItemStore
  let format: PromptFormat
  let parser: SegmentParser
  /// How the rollouts of the step are sampled.
  let sampling: SamplingSettings
  let rolloutsInFlight: Int

  /// Adds to every group what it needs.
  ///
  /// - Parameters:
  ///   - records: the record of each group.
  ///   - stage: keys the random numbers, together with the step.
  /// - Returns: The tokens that the policy wrote.
  func write(
    _ wanted: [RewardMaterial], for groups: inout [RewardGroup], records: [Int], stage: String,
    step: Int
  ) throws -> Int {
    var tokens = 0
    for material in wanted {
      let written: [[ParsedResponse?]]
      switch material {
      case .answersFromText(let segments):
        written = try answers(from: segments, groups, stage: stage, step: step)
      case .changedFrames(let change, _):
        written = try arm(
          change, responses: material.responses(ofGroup: rollout.groupSize), records, stage: stage,
          step: step)
      }
      for index in groups.indices { groups[index].material[material] = written[index] }
      tokens += written.reduce(0) { $0 + $1.reduce(0) { $0 + ($1?.response.tokens.count ?? 0) } }
    }
    return tokens
  }

  /// Greedy answers to the questions with segments of the responses in place of the videos.
  private func answers(
    from segments: [String], _ groups: [RewardGroup], stage: String, step: Int
  ) throws -> [[ParsedResponse?]] {
    var prompts: [Prompt] = []
    var places: [(group: Int, response: Int)] = []
    for (group, content) in groups.enumerated() {
      for (response, parsed) in content.responses.enumerated() {
        let found = segments.compactMap(parsed.segment).filter(\.isFound)
        guard found.count == segments.count else { continue }
        let text = found.map(\.trimmed).joined(separator: "\n")
        prompts.append(try format.prompt(content.item, text: text))
        places.append((group, response))
      }
    }
    var answers = groups.map { [ParsedResponse?](repeating: nil, count: $0.responses.count) }
    guard !prompts.isEmpty else { return answers }
    var greedy = sampling
    greedy.temperature = 0
    let sampled = try policy.generate(
      prompts, rolloutsPerPrompt: 1, sampling: greedy,
      randomness: SamplingRandomness(
        seed: rollout.seed, stage: "\(stage)/answers from text", step: step),
      inFlight: rolloutsInFlight)
    for (place, rollouts) in zip(places, sampled) {
      answers[place.group][place.response] = try rollouts.first.map {
        parser.parse(try format.response($0))
      }
    }
    return answers
  }

  /// Rollouts to the same questions with changed frames; none for an image.
  private func arm(
    _ change: FrameChange, responses: Int, _ records: [Int], stage: String, step: Int
  ) throws -> [[ParsedResponse?]] {
    let videos = records.indices.filter { items.records[records[$0]].dataType == "video" }
    var arms = [[ParsedResponse?]](repeating: [], count: records.count)
    guard !videos.isEmpty else { return arms }
    let prompts = try videos.map { index in
      try items.prompt(
        records[index], format, change: change,
        order: Philox(seed: rollout.seed, stream: "\(stage)/frames/\(step)/\(records[index])"))
    }
    let sampled = try policy.generate(
      prompts, rolloutsPerPrompt: responses, sampling: sampling,
      randomness: SamplingRandomness(
        seed: rollout.seed, stage: "\(stage)/\(change.rawValue) frames", step: step),
      inFlight: rolloutsInFlight)
    for (index, rollouts) in zip(videos, sampled) {
      arms[index] = try rollouts.map { parser.parse(try format.response($0)) }
    }
    return arms
  }
}
