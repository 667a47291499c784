import Rewards
import Testing

@testable import Judges

/// Agreement between raters, against published numbers.
@Suite struct AgreementTests {
  private func agreement(_ confusion: [[Int]]) -> Agreement {
    Agreement(labels: confusion.indices.map { "\($0)" }, confusion: confusion)
  }

  @Test("kappa of two film critics is that of Agresti, Categorical Data Analysis, table 10.9")
  func critics() throws {
    let kappa = try #require(agreement([[24, 8, 13], [8, 13, 11], [10, 9, 64]]).kappa)
    #expect(abs(kappa.value - 0.389) < 5e-4)
    // Its standard error is 0.060.
    #expect(abs((kappa.high - kappa.low) / 2 / Estimate.quantile - 0.060) < 5e-4)
  }

  @Test("kappa of two pathologists is that of Agresti, table 10.8")
  func pathologists() throws {
    let kappa = try #require(
      agreement([[22, 2, 2, 0], [5, 7, 14, 0], [0, 2, 36, 0], [0, 1, 17, 10]]).kappa)
    #expect(abs(kappa.value - 0.493) < 5e-4)
    #expect(abs((kappa.high - kappa.low) / 2 / Estimate.quantile - 0.057) < 5e-4)
  }

  @Test(
    "shares have Wilson's interval, as in Newcombe 1998, table I",
    arguments: [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611)])
  func wilson(_ equal: Int, _ count: Int, _ low: Double, _ high: Double) throws {
    let share = try #require(agreement([[equal, count - equal], [0, 0]]).share)
    #expect(abs(share.value - Double(equal) / Double(count)) < 1e-12)
    #expect(abs(share.low - low) < 5e-5)
    #expect(abs(share.high - high) < 5e-5)
  }

  @Test("a share has the interval that evaluations give it", arguments: [1, 2, 3, 7, 19, 60])
  func sameInterval(_ count: Int) throws {
    for equal in 0...count {
      let share = try #require(agreement([[equal, count - equal], [0, 0]]).share)
      let estimate = try #require(Estimate((0..<count).map { $0 < equal ? 1 : 0 }))
      #expect(share.low == estimate.lower)
      #expect(share.high == estimate.upper)
    }
  }

  @Test("perfect agreement has kappa 1, chance has 0")
  func ends() throws {
    let perfect = try #require(agreement([[5, 0], [0, 5]]).kappa)
    #expect(perfect.value == 1 && perfect.low == 1 && perfect.high == 1)
    #expect(try #require(agreement([[25, 25], [25, 25]]).kappa).value == 0)
  }

  @Test("what is not defined is absent: no examples, or one label throughout")
  func undefined() {
    #expect(agreement([[0, 0], [0, 0]]).kappa == nil)
    #expect(agreement([[0, 0], [0, 0]]).share == nil)
    #expect(agreement([[7, 0], [0, 0]]).kappa == nil)
    #expect(agreement([[7, 0], [0, 0]]).share?.value == 1)
  }

  @Test("labels that nobody declared are shown after those that are")
  func unknownLabels() {
    let found = Agreement(
      labels: ["Yes", "No"], pairs: [("Yes", "Yes"), ("No", "Maybe"), ("No", "Yes")])
    #expect(found.labels == ["Yes", "No", "Maybe"])
    #expect(found.confusion == [[1, 0, 0], [1, 0, 1], [0, 0, 0]])
  }
}
