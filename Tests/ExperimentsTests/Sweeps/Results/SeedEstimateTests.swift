import Testing

@testable import Experiments

struct SeedEstimateTests {
  /// Three values 1, 2, 3: their standard error is 1/√3, and the table has 4.303 for two degrees.
  @Test func anIntervalIsStudents() throws {
    let estimate = try #require(SeedEstimate([1, 2, 3]))
    #expect(estimate.mean == 2 && estimate.count == 3)
    #expect(abs(try #require(estimate.margin) - 2.4843) < 1e-3)
    #expect(SeedEstimate([0.4])?.margin == nil)
    #expect(SeedEstimate([]) == nil)
  }

  /// Percentage points of t as tables print them.
  @Test(arguments: [(1, 12.706), (10, 2.228), (30, 2.042), (40, 2.021), (60, 2.000), (120, 1.980)])
  func quantilesAreThoseOfTheTables(degrees: Int, value: Double) {
    #expect(abs(SeedEstimate.quantile(degrees) - value) < 6e-4)
  }
}
