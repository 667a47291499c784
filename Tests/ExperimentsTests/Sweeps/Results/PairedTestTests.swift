import Testing

@testable import Experiments

struct PairedTestTests {
  /// Differences 1, 1, 0, 0, 1, 0, 1, 0: mean 1/2, variance 2/7, standard error √(1/28), z = 2.6458,
  /// and 0.00815 of a normal lies beyond that.
  @Test func differencesOfQuestionsAreTested() throws {
    let first = Dictionary(uniqueKeysWithValues: (0..<8).map { ($0, 1.0) })
    let second = Dictionary(
      uniqueKeysWithValues: zip(0..<8, [0.0, 0, 1, 1, 0, 1, 0, 1]))
    let test = try #require(PairedTest([first], [second]))
    #expect(test.difference == 0.5 && test.questions == 8)
    #expect(abs(test.probability - 0.00815) < 1e-4)
    #expect(PairedTest([second], [first])?.difference == -0.5)
  }

  @Test func seedsAreAveragedWithinAQuestion() throws {
    let a: [[Int: Double]] = [[0: 1, 1: 1], [0: 0, 1: 1]]
    let b: [[Int: Double]] = [[0: 0, 1: 1], [0: 1, 1: 1]]
    let test = try #require(PairedTest(a, b))
    #expect(test.questions == 2 && test.difference == 0 && test.probability == 1)
    #expect(PairedTest([[0: 1]], [[1: 1]]) == nil)
  }

  @Test func oneQuestionShowsNothingAndEqualDifferencesShowAll() {
    #expect(PairedTest([[0: 1]], [[0: 0]])?.probability == 1)
    #expect(PairedTest([[0: 1, 1: 1]], [[0: 0, 1: 0]])?.probability == 0)
  }

  /// The four probabilities of the usual example: 0.005 is below 0.05/4 and 0.01 below 0.05/3, 0.03 is
  /// not below 0.05/2.
  @Test func manyTestsAreCorrectedTogether() {
    #expect(PairedTest.rejected([0.01, 0.04, 0.03, 0.005]) == [true, false, false, true])
    #expect(PairedTest.rejected([]) == [])
    #expect(PairedTest.rejected([0.05]) == [true])
  }
}
