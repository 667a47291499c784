import Testing

@testable import Rewards

@Suite struct EstimateTests {
  /// Newcombe 1998 (Statistics in Medicine 17:857), table I, method 3.
  @Test(arguments: [
    (81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611),
    (1, 29, 0.0061, 0.1718),
  ])
  func aShareHasWilsonsInterval(_ hits: Int, _ count: Int, _ lower: Double, _ upper: Double) throws
  {
    let values = (0..<count).map { $0 < hits ? 1.0 : 0 }
    let estimate = try #require(Estimate(values))
    #expect(estimate.method == .wilson)
    #expect(estimate.count == count)
    #expect(abs(estimate.value - Double(hits) / Double(count)) < 1e-12)
    #expect(abs(estimate.lower - lower) < 5e-5)
    #expect(abs(estimate.upper - upper) < 5e-5)
  }

  @Test func aMeanHasTheNormalInterval() throws {
    // Mean 0.5, sample deviation 0.2 / sqrt(2) * sqrt(2) = sqrt(0.02 * 4 / 3) over [0.3, 0.4, 0.6, 0.7].
    let estimate = try #require(Estimate([0.3, 0.4, 0.6, 0.7]))
    #expect(estimate.method == .normal)
    let error = (0.1 / 3).squareRoot() / 2
    #expect(abs(estimate.lower - (0.5 - 1.959963984540054 * error)) < 1e-12)
    #expect(abs(estimate.upper - (0.5 + 1.959963984540054 * error)) < 1e-12)
  }

  @Test func oneScoreSaysNothingOfTheSpread() throws {
    let estimate = try #require(Estimate([0.4]))
    #expect(estimate.lower == 0)
    #expect(estimate.upper == 1)
    #expect(Estimate([]) == nil)
  }

  @Test func allRightStaysBelowCertainty() throws {
    // n / (n + z^2), the lower end for a share of 1.
    let estimate = try #require(Estimate([1, 1, 1, 1 - 1e-9]))
    #expect(estimate.method == .wilson)
    #expect(estimate.upper == 1)
    #expect(abs(estimate.lower - 4 / (4 + 3.841458820694124)) < 1e-12)
  }

  @Test func aDifferenceIsTakenItemByItem() throws {
    let pair = try #require(
      PairedEstimate([(first: 1, second: 0), (1, 1), (0, 0), (1, 1)]))
    #expect(pair.first.value == 0.75)
    #expect(pair.second.value == 0.5)
    #expect(pair.difference.value == -0.25)
    #expect(pair.difference.method == .normal)
    // Differences -1, 0, 0, 0: sample deviation 0.5, standard error 0.25.
    #expect(abs(pair.difference.upper - (-0.25 + 1.959963984540054 * 0.25)) < 1e-12)
    #expect(PairedEstimate([]) == nil)
  }
}
