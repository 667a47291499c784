import Testing

@testable import Rewards

@Suite("McNemar's test")
struct McNemarTests {
  @Test func `the probability is that of a fair coin`() {
    // Twice the sum of binomial coefficients over 2^n, and at most 1.
    let cases: [(Int, Int, Double)] = [
      (2, 10, 0.03857421875), (10, 2, 0.03857421875), (0, 5, 0.0625), (1, 8, 0.0390625),
      (5, 5, 1), (0, 0, 1),
    ]
    for (first, second, probability) in cases {
      let test = McNemar(onlyFirst: first, onlySecond: second)
      #expect(abs(test.probability - probability) < 1e-12, "\(first) \(second)")
    }
  }

  /// Agresti, Categorical Data Analysis, table 10.1: approval of the prime minister in two surveys of 1,600
  /// people, 86 and 150 of whom changed their minds. z = 4.17.
  @Test func `a published table has the published significance`() {
    let test = McNemar(onlyFirst: 150, onlySecond: 86)
    #expect(test.probability > 2e-5 && test.probability < 5e-5, "\(test.probability)")
  }

  @Test func `only items on which the two disagree count`() throws {
    var pairs = [(first: Double, second: Double)](repeating: (1, 1), count: 50)
    pairs += [(first: Double, second: Double)](repeating: (0, 0), count: 30)
    pairs += [(first: Double, second: Double)](repeating: (0, 1), count: 8)
    pairs.append((1, 0))
    let test = try #require(McNemar(pairs))
    #expect(test.onlyFirst == 1 && test.onlySecond == 8)
    #expect(abs(test.probability - 2.0 * 10 / 512) < 1e-12)
  }

  @Test func `many items do not underflow`() {
    #expect(McNemar(onlyFirst: 3000, onlySecond: 3000).probability == 1)
    let uneven = McNemar(onlyFirst: 2900, onlySecond: 3100).probability
    // The normal approximation with continuity correction: z = 199 / sqrt(6000).
    #expect(abs(uneven - 0.01020) < 1e-4, "\(uneven)")
  }

  @Test func `scores that are no shares have no test`() {
    #expect(McNemar([(0.5, 1)]) == nil)
    #expect(McNemar([]) == nil)
  }
}
