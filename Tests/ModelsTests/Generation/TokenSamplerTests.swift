import Foundation
import Testing

@testable import Models

@Suite("Token sampler")
struct TokenSamplerTests {
  private func choose(_ logits: [Float], _ settings: SamplingSettings, _ uniform: Double) -> Int? {
    var sampler = TokenSampler(settings)
    return logits.withUnsafeBufferPointer { sampler.choose($0, uniform: uniform) }
  }

  private func settings(
    temperature: Double = 1, topP: Double = 1, topK: Int = 0
  ) -> SamplingSettings {
    SamplingSettings(
      temperature: temperature, topP: topP, topK: topK, maxNewTokens: 1, stopTokens: [])
  }

  /// Probabilities 0.1, 0.4, 0.2, 0.3.
  private let logits = [0.1, 0.4, 0.2, 0.3].map { Float(log($0)) }

  @Test("greedy takes the largest logit, and the lowest id among equals")
  func greedyTakesTheLargest() {
    let greedy = SamplingSettings.greedy(maxNewTokens: 1, stopTokens: [])
    #expect(choose([0, 3, 1, 3], greedy, 0.99) == 1)
    #expect(choose([-1, -5], greedy, 0.99) == 0)
    #expect(choose([-.infinity, -2], greedy, 0) == 1)
  }

  @Test(
    "inverts the cumulative distribution in the order of the ids",
    arguments: [
      (0.0, 0), (0.09, 0), (0.11, 1), (0.49, 1), (0.51, 2), (0.69, 2), (0.71, 3), (0.999, 3),
    ])
  func invertsTheDistribution(uniform: Double, token: Int) {
    #expect(choose(logits, settings(), uniform) == token)
  }

  @Test("temperature sharpens: at 1/2 the probabilities are squared")
  func temperatureSharpens() {
    // 0.01, 0.16, 0.04, 0.09 of 0.30.
    let cold = settings(temperature: 0.5)
    #expect(choose(logits, cold, 0.03) == 0)
    #expect(choose(logits, cold, 0.04) == 1)
    #expect(choose(logits, cold, 0.56) == 1)
    #expect(choose(logits, cold, 0.58) == 2)
  }

  @Test("top-k keeps the most likely tokens, lower ids first among equals")
  func topKKeepsTheMostLikely() {
    let two = settings(topK: 2)
    #expect(Set([0.0, 0.5, 0.57, 0.58, 0.9, 0.999].map { choose(logits, two, $0) }) == [1, 3])
    #expect(choose(logits, two, 0.57) == 1)
    #expect(choose(logits, two, 0.58) == 3)
    #expect(choose([1, 1, 1, 1], settings(topK: 1), 0.99) == 0)
    #expect(choose(logits, settings(topK: 100), 0.999) == 0)
  }

  @Test("top-p keeps the smallest set that holds the mass, the token that reaches it included")
  func topPKeepsTheNucleus() {
    // In order: 0.4 (id 1), 0.3 (id 3), 0.2 (id 2), 0.1 (id 0).
    #expect(choose(logits, settings(topP: 0.39), 0.999) == 1)
    #expect(choose(logits, settings(topP: 0.41), 0.999) == 3)
    #expect(choose(logits, settings(topP: 0.71), 0.999) == 2)
    #expect(choose(logits, settings(topP: 0.91), 0.999) == 0)
    #expect(choose(logits, settings(topP: 1e-9), 0.999) == 1)
    // Among equals the lower ids are in the nucleus.
    #expect(choose([0, 0, 0, 0], settings(topP: 0.5), 0.999) == 1)
  }

  @Test("top-p works on what top-k left")
  func topPFollowsTopK() {
    // Of 0.4 and 0.3 the first holds 0.571.
    #expect(choose(logits, settings(topP: 0.57, topK: 2), 0.999) == 1)
    #expect(choose(logits, settings(topP: 0.58, topK: 2), 0.999) == 3)
  }

  @Test("top-p equals the definition on random rows")
  func topPEqualsTheDefinition() {
    var random = Philox(seed: 1, stream: "top-p")
    for _ in 0..<200 {
      let row = (0..<300).map { _ in Float(3 * random.normal()) }
      let mass = 0.05 + 0.9 * random.uniform()
      let uniform = random.uniform()
      let weights = row.map { exp(Double($0) - Double(row.max() ?? 0)) }
      let order = weights.indices.sorted { (weights[$1], $0) < (weights[$0], $1) }
      let total = weights.reduce(0, +)
      var nucleus: [Int] = []
      var sum = 0.0
      while sum < mass * total {
        nucleus.append(order[nucleus.count])
        sum += weights[nucleus[nucleus.count - 1]]
      }
      var passed = 0.0
      let expected = nucleus.first {
        passed += weights[$0]
        return passed > uniform * sum
      }
      #expect(choose(row, settings(topP: mass), uniform) == expected)
    }
  }

  @Test("tokens come with their probabilities")
  func frequenciesMatch() {
    var random = Philox(seed: 2, stream: "frequencies")
    var counts = [Int](repeating: 0, count: 4)
    for _ in 0..<40_000 {
      if let token = choose(logits, settings(), random.uniform()) { counts[token] += 1 }
    }
    let expected = [4000.0, 16_000, 8000, 12_000]
    // Chi-squared with 3 degrees of freedom: above 16.3 once in a thousand streams.
    let statistic = zip(counts, expected).reduce(0.0) {
      $0 + (Double($1.0) - $1.1) * (Double($1.0) - $1.1) / $1.1
    }
    #expect(statistic < 16.3)
  }

  @Test(
    "refuses logits that are not numbers",
    arguments: [
      [0, Float.nan, 1], [Float.infinity, 0], [-Float.infinity, -Float.infinity], [],
    ])
  func refusesNonFiniteLogits(row: [Float]) {
    #expect(choose(row, settings(), 0.5) == nil)
    #expect(choose(row, .greedy(maxNewTokens: 1, stopTokens: []), 0.5) == nil)
  }

  @Test(
    "settings out of range are named",
    arguments: [
      ("temperature", SamplingSettings(temperature: -1, maxNewTokens: 1, stopTokens: [])),
      ("temperature", SamplingSettings(temperature: 1e-40, maxNewTokens: 1, stopTokens: [])),
      ("temperature", SamplingSettings(temperature: .nan, maxNewTokens: 1, stopTokens: [])),
      ("top_p", SamplingSettings(topP: 0, maxNewTokens: 1, stopTokens: [])),
      ("top_p", SamplingSettings(topP: 1.1, maxNewTokens: 1, stopTokens: [])),
      ("top_k", SamplingSettings(topK: -1, maxNewTokens: 1, stopTokens: [])),
      ("max_new_tokens", SamplingSettings(maxNewTokens: 0, stopTokens: [])),
    ])
  func settingsOutOfRange(name: String, settings: SamplingSettings) {
    #expect {
      try settings.validate()
    } throws: { error in
      guard case GenerationError.setting(name, _, _) = error else { return false }
      return true
    }
  }
}
