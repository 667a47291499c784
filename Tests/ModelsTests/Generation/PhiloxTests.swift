import Models
import Testing

@Suite("Philox")
struct PhiloxTests {
  /// `philox4x32 10` in Random123's kat_vectors.
  @Test(
    "gives Random123's known answers",
    arguments: [
      (
        SIMD4<UInt32>(0, 0, 0, 0), SIMD2<UInt32>(0, 0),
        SIMD4<UInt32>(0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8)
      ),
      (
        SIMD4<UInt32>(repeating: 0xFFFF_FFFF), SIMD2<UInt32>(repeating: 0xFFFF_FFFF),
        SIMD4<UInt32>(0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD)
      ),
      (
        SIMD4<UInt32>(0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344),
        SIMD2<UInt32>(0xA409_3822, 0x299F_31D0),
        SIMD4<UInt32>(0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1)
      ),
    ])
  func knownAnswers(
    counter: SIMD4<UInt32>, key: SIMD2<UInt32>, expected: SIMD4<UInt32>
  ) {
    #expect(Philox.block(counter: counter, key: key) == expected)
  }

  @Test("as a generator walks its counter, two 64-bit numbers per block")
  func generatorWalksItsCounter() {
    var generator = Philox(key: SIMD2(1, 2))
    for block in 0..<3 {
      let words = Philox.block(counter: SIMD4(UInt32(block), 0, 0, 0), key: SIMD2(1, 2))
      #expect(generator.next() == UInt64(words[0]) << 32 | UInt64(words[1]))
      #expect(generator.next() == UInt64(words[2]) << 32 | UInt64(words[3]))
    }
  }

  @Test("streams differ by seed and by name")
  func streamsDiffer() {
    let keys: Set<SIMD2<UInt32>> = [
      Philox.key(seed: 1, stream: "a"), Philox.key(seed: 2, stream: "a"),
      Philox.key(seed: 1, stream: "b"), Philox.key(seed: 1 << 32, stream: "a"),
    ]
    #expect(keys.count == 4)
  }

  @Test("uniform numbers fill [0, 1) evenly")
  func uniformNumbersAreEven() {
    var random = Philox(seed: 3, stream: "test")
    var counts = [Int](repeating: 0, count: 10)
    for _ in 0..<100_000 { counts[Int(random.uniform() * 10)] += 1 }
    // Chi-squared with 9 degrees of freedom: above 27.9 once in a thousand streams.
    let statistic = counts.reduce(0.0) {
      $0 + (Double($1) - 10_000) * (Double($1) - 10_000) / 10_000
    }
    #expect(statistic < 27.9)
  }

  @Test("normal numbers have the moments of the standard normal distribution")
  func normalNumbersHaveTheirMoments() {
    var random = Philox(seed: 4, stream: "test")
    let values = (0..<200_000).map { _ in random.normal() }
    func moment(_ power: Int) -> Double {
      values.reduce(0) { sum, value in
        sum + (0..<power).reduce(1) { product, _ in product * value }
      } / Double(values.count)
    }
    #expect(abs(moment(1)) < 0.01)
    #expect(abs(moment(2) - 1) < 0.015)
    #expect(abs(moment(3)) < 0.03)
    #expect(abs(moment(4) - 3) < 0.1)
  }

  @Test("integers below a bound are equally likely, and 0 for an empty range")
  func integersAreEven() {
    var random = Philox(seed: 5, stream: "test")
    var counts = [Int](repeating: 0, count: 7)
    for _ in 0..<70_000 { counts[random.integer(below: 7)] += 1 }
    // Chi-squared with 6 degrees of freedom: above 22.5 once in a thousand streams.
    let statistic = counts.reduce(0.0) {
      $0 + (Double($1) - 10_000) * (Double($1) - 10_000) / 10_000
    }
    #expect(statistic < 22.5)
    #expect(random.integer(below: 0) == 0)
    #expect(random.integer(below: -3) == 0)
  }

  @Test("shuffles every element once, in an order that belongs to the seed")
  func shufflesByTheSeed() {
    var first = Philox(seed: 6, stream: "order")
    var again = Philox(seed: 6, stream: "order")
    var other = Philox(seed: 7, stream: "order")
    let shuffled = first.shuffled(0..<50)
    #expect(shuffled.sorted() == Array(0..<50))
    #expect(shuffled == again.shuffled(0..<50))
    #expect(shuffled != other.shuffled(0..<50))
    #expect(first.shuffled([Int]()).isEmpty)
  }

  @Test("sampling numbers depend on every coordinate, and on nothing else")
  func samplingNumbersDependOnTheirCoordinates() {
    func number(
      seed: UInt64 = 1, stage: String = "rl", step: Int = 0, first: Int = 0, prompt: Int = 0,
      rollout: Int = 0, position: Int = 0
    ) -> Double {
      SamplingRandomness(seed: seed, stage: stage, step: step, firstPrompt: first)
        .uniform(prompt: prompt, rollout: rollout, position: position)
    }
    let numbers: Set<Double> = [
      number(), number(seed: 2), number(stage: "eval"), number(step: 1), number(prompt: 1),
      number(rollout: 1), number(position: 1),
    ]
    #expect(numbers.count == 7)
    #expect(number(first: 3, prompt: 2) == number(prompt: 5))
  }
}
