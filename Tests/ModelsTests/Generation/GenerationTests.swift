import Foundation
import TensorEngine
import TestSupport
import Testing

@testable import Models

@Suite("Generation")
struct GenerationTests {
  private struct GreedyRun: Decodable {
    let promptIds: [Int]
    let greedyIds: [Int]
    let logps: [Float]
  }

  private struct TextInformation: Decodable {
    let greedy: [GreedyRun]
  }

  private struct VideoInformation: Decodable {
    struct Run: Decodable { let greedyIds: [Int] }
    let greedyOne: Run
  }

  private let randomness = SamplingRandomness(seed: 1, stage: "rl", step: 2)

  private func videoModel(
    threads: Int = 2, rule: PositionRule = .published
  ) throws -> PolicyModel {
    try PolicyModel.load(
      from: Fixtures.url("tiny-vl"), device: CPUDevice(threads: threads), rule: rule)
  }

  private func textModel() throws -> PolicyModel {
    try PolicyModel.load(from: Fixtures.url("tiny-lm"), device: CPUDevice(threads: 2))
  }

  /// Prompts of different lengths: one video, video and image, text only.
  private func prompts(_ model: PolicyModel) throws -> [Prompt] {
    let one = try ReferenceVideoBatch("vl_one", configuration: model.configuration)
    let two = try ReferenceVideoBatch("vl_two", configuration: model.configuration)
    return one.samples.map(\.prompt) + two.samples.map(\.prompt) + [Prompt(tokens: [7, 8, 9])]
  }

  @Test("greedy decoding gives the reference's 32 tokens, three prompts at once")
  func greedyText() throws {
    let model = try textModel()
    let runs = try snakeCaseDecoder.decode(
      TextInformation.self, from: Fixtures.data("lm_info.json")
    ).greedy
    #expect(runs.count == 3)
    let rollouts = try model.generate(
      runs.map { Prompt(tokens: $0.promptIds) },
      sampling: .greedy(maxNewTokens: 32, stopTokens: []), randomness: randomness)
    for (run, rollout) in zip(runs, rollouts) {
      #expect(rollout[0].tokens == run.greedyIds)
      #expect(largestDifference(rollout[0].logProbabilities, run.logps) < 1e-4)
      #expect(rollout[0].finish == .length)
    }
  }

  @Test("greedy decoding after a video gives the reference's 32 tokens")
  func greedyVideo() throws {
    let model = try videoModel(rule: .transformers5)
    let expected = try snakeCaseDecoder.decode(
      VideoInformation.self, from: Fixtures.data("vl_info.json")
    ).greedyOne.greedyIds
    let prompt = try ReferenceVideoBatch("vl_one", configuration: model.configuration).groups[0]
      .prompt
    let rollouts = try model.generate(
      [prompt], sampling: .greedy(maxNewTokens: 32, stopTokens: []), randomness: randomness)
    #expect(rollouts[0][0].tokens == expected)
  }

  @Test(
    "the sampler's log-probabilities are the trainer's bit for bit",
    arguments: [1, 2], [true, false])
  func samplerEqualsTrainer(threads: Int, sharePrompt: Bool) throws {
    let model = try videoModel(threads: threads)
    let prompts = try prompts(model)
    let settings = SamplingSettings(
      temperature: 0.9, topP: 0.8, topK: 200, maxNewTokens: 12, stopTokens: Array(0..<60))
    let rollouts = try model.generate(
      prompts, rolloutsPerPrompt: 5, sampling: settings, randomness: randomness)
    let batch = try PackedBatch(
      zip(prompts, rollouts).map { ($0, $1.map(\.tokens)) }, configuration: model.configuration,
      sharePrompt: sharePrompt)
    let trained = try model.logProbabilities(batch, temperature: 0.9)
    #expect(trained.count == batch.targetCount)
    for (group, ranges) in batch.targetRanges.enumerated() {
      for (rollout, range) in ranges.enumerated() {
        #expect(Array(trained[range]) == rollouts[group][rollout].logProbabilities)
      }
    }
    // Some rollouts stopped early, so the batch was compacted on the way.
    let finishes = rollouts.flatMap { $0 }.map(\.finish)
    #expect(finishes.contains(.endToken) && finishes.contains(.length))
  }

  @Test("does not depend on the number of threads")
  func independentOfThreads() throws {
    let settings = SamplingSettings(maxNewTokens: 10, stopTokens: [])
    let rollouts = try [1, 2].map { threads in
      let model = try videoModel(threads: threads)
      return try model.generate(
        prompts(model), rolloutsPerPrompt: 3, sampling: settings, randomness: randomness)
    }
    #expect(rollouts[0] == rollouts[1])
  }

  @Test(
    "the rollouts are the same however few are in flight, and waiting prompts take freed places",
    arguments: [1, 3, 7, 8, 64])
  func independentOfTheRolloutsInFlight(_ inFlight: Int) throws {
    let model = try videoModel()
    let prompts = try prompts(model) + prompts(model)
    // About a tenth of the rollouts end at each position, so that places are freed one by one.
    let settings = SamplingSettings(
      maxNewTokens: 12, stopTokens: Array(0..<model.configuration.text.vocabularySize / 10))
    func rollouts(_ inFlight: Int) throws -> [[Rollout]] {
      try model.generate(
        prompts, rolloutsPerPrompt: 3, sampling: settings, randomness: randomness,
        inFlight: inFlight)
    }
    let free = try rollouts(1000)
    #expect(Set(free.flatMap { $0 }.map(\.tokens.count)).count > 4)
    #expect(try rollouts(inFlight) == free)
  }

  @Test("keeps the most likely tokens of every place, where asked, and changes nothing by it")
  func mostLikely() throws {
    let model = try textModel()
    let prompts = [Prompt(tokens: [3, 1, 4]), Prompt(tokens: [1, 5])]
    let settings = SamplingSettings(temperature: 0.8, topK: 4, maxNewTokens: 6, stopTokens: [])
    func rollouts(_ likely: MostLikelyTokens) throws -> [[Rollout]] {
      try model.generate(
        prompts, rolloutsPerPrompt: 2, sampling: settings, randomness: randomness,
        mostLikely: likely)
    }
    let plain = try rollouts(.none)
    let kept = try rollouts(MostLikelyTokens(count: 4, prompts: 1))
    #expect(kept.map { $0.map(\.tokens) } == plain.map { $0.map(\.tokens) })
    #expect(kept[1] == plain[1])
    for rollout in kept[0] {
      #expect(rollout.mostLikely.count == 6)
      let context = prompts[0].tokens + rollout.tokens.dropLast()
      let logits = try model.logits(Prompt(tokens: context)).suffix(6)
      for (place, (likely, row)) in zip(rollout.mostLikely, logits).enumerated() {
        let order = row.indices.sorted { row[$0] > row[$1] }
        #expect(likely.map(\.token) == Array(order.prefix(4)))
        // With `top_k: 4` the sampled token is one of them, with the log-probability it has there.
        let own = likely.first { $0.token == rollout.tokens[place] }
        #expect(own?.logProbability == rollout.logProbabilities[place])
      }
    }
  }

  @Test("a prompt's rollouts do not depend on the others in the call")
  func independentOfTheBatch() throws {
    let model = try videoModel()
    let prompts = try prompts(model)
    let settings = SamplingSettings(maxNewTokens: 6, stopTokens: [])
    // With 100 rollouts per prompt two prompts are in flight together.
    let together = try model.generate(
      prompts, rolloutsPerPrompt: 100, sampling: settings, randomness: randomness)
    #expect(together.map(\.count) == [100, 100, 100, 100])
    let alone = try model.generate(
      [prompts[2]], rolloutsPerPrompt: 4, sampling: settings,
      randomness: SamplingRandomness(seed: 1, stage: "rl", step: 2, firstPrompt: 2))
    #expect(Array(together[2][..<4]) == alone[0])
    #expect(Set(together[2].map(\.tokens)).count > 90)
  }

  @Test("ends with a stop token or at the limit, whichever comes first")
  func finishes() throws {
    let model = try textModel()
    let prompt = Prompt(tokens: [3, 1, 4, 1, 5])
    let free = try model.generate(
      [prompt], sampling: .greedy(maxNewTokens: 8, stopTokens: []), randomness: randomness)[0][0]
    #expect(free.tokens.count == 8)
    let stop = free.tokens[4]
    let cut = (free.tokens.firstIndex(of: stop) ?? 0) + 1
    let stopped = try model.generate(
      [prompt], sampling: .greedy(maxNewTokens: 8, stopTokens: [stop]), randomness: randomness)[0][
        0]
    #expect(stopped.finish == .endToken)
    #expect(stopped.tokens == Array(free.tokens[..<cut]))
    let single = try model.generate(
      [prompt], sampling: .greedy(maxNewTokens: 1, stopTokens: []), randomness: randomness)[0][0]
    #expect(single.tokens == Array(free.tokens[..<1]))
    #expect(single.finish == .length)
  }

  @Test("nothing asked for, nothing made")
  func nothing() throws {
    let model = try textModel()
    let settings = SamplingSettings.greedy(maxNewTokens: 2, stopTokens: [])
    #expect(try model.generate([], sampling: settings, randomness: randomness).isEmpty)
    let none = try model.generate(
      [Prompt(tokens: [1])], rolloutsPerPrompt: 0, sampling: settings, randomness: randomness)
    #expect(none == [[]])
  }

  @Test("stops when asked to")
  func cancels() throws {
    let model = try textModel()
    var asked = 0
    #expect(throws: CancellationError.self) {
      try model.generate(
        [Prompt(tokens: [1])], sampling: .greedy(maxNewTokens: 50, stopTokens: []),
        randomness: randomness
      ) {
        asked += 1
        return asked > 3
      }
    }
    #expect(asked == 4)
  }

  @Test("names the rollout whose logits are not numbers, and the parameter at fault")
  func brokenWeights() throws {
    let model = try textModel()
    let name = "model.norm.weight"
    let count = try model.parameters.get(name).floats.count
    try model.parameters.set(
      name, HostTensor([Float](repeating: .nan, count: count), shape: [count]))
    #expect(
      throws: GenerationError.notFinite(prompt: 0, rollout: 0, position: 0, parameter: name)
    ) {
      try model.generate(
        [Prompt(tokens: [1])], sampling: .greedy(maxNewTokens: 2, stopTokens: []),
        randomness: randomness)
    }
  }
}
