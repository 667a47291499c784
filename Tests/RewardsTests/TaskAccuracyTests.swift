import Testing

@testable import Rewards

@Suite struct TaskAccuracyTests {
  /// A prediction, the ground truth, the problem type and the score.
  struct Case: CustomTestStringConvertible {
    var type: String
    var predicted: String
    var truth: String
    var score: Double
    var testDescription: String { "\(type): \(predicted) for \(truth)" }
  }

  static let cases = [
    Case(type: "multiple choice", predicted: " left ", truth: "left", score: 1),
    Case(type: "multiple choice", predicted: "Left", truth: "left", score: 0),
    Case(type: "multiple choice", predicted: "A. left", truth: "A", score: 0),
    Case(type: "numerical", predicted: "3", truth: "3", score: 1),
    Case(type: "numerical", predicted: "3.004", truth: "3.001", score: 1),
    Case(type: "numerical", predicted: "3.006", truth: "3.001", score: 0),
    Case(type: "numerical", predicted: "3.0", truth: "3", score: 0),
    Case(type: "numerical", predicted: "1,000", truth: "1000", score: 0),
    Case(type: "numerical", predicted: "1,000", truth: "1000.0", score: 1),
    Case(type: "numerical", predicted: "2.675", truth: "2.67", score: 1),
    Case(type: "numerical", predicted: "three", truth: "3", score: 0),
    Case(type: "numerical", predicted: "nan", truth: "3", score: 0),
    Case(type: "numerical", predicted: "0x3", truth: "3", score: 0),
    Case(type: "regression", predicted: "9", truth: "10", score: 0.9),
    Case(type: "regression", predicted: "25", truth: "10", score: 0),
    Case(type: "regression", predicted: "0", truth: "0", score: 0),
    Case(type: "regression", predicted: "about 9", truth: "10", score: 0),
    Case(type: "regression", predicted: "-inf", truth: "10", score: 0),
    Case(type: "OCR", predicted: "the cat sat", truth: "the cat sat", score: 1),
    Case(type: "OCR", predicted: "the bat sat", truth: "the cat sat", score: 2.0 / 3),
    Case(type: "OCR", predicted: "a b c d e f", truth: "x", score: 0),
    Case(type: "OCR", predicted: "", truth: "one two", score: 0),
    Case(type: "temporal grounding", predicted: "0 to 3", truth: "0 to 3", score: 1),
    Case(type: "temporal grounding", predicted: "1 to 3", truth: "0 to 3", score: 2.0 / 3),
    Case(type: "temporal grounding", predicted: "2 to 4", truth: "0 to 2", score: 0),
    Case(type: "temporal grounding", predicted: "3 to 0", truth: "0 to 3", score: 0),
    Case(
      type: "temporal grounding", predicted: "0 to 3 no 1.5s to 3.0 s", truth: "0 to 3", score: 0.5),
    Case(type: "temporal grounding", predicted: "from 0 and 3", truth: "0 to 3", score: 1),
    Case(type: "temporal grounding", predicted: "early", truth: "0 to 3", score: 0),
  ]

  @Test("scores by problem type, quirks of the reference included", arguments: cases)
  func scores(_ example: Case) throws {
    let outcome = TaskAccuracy.score(
      problemType: example.type, predicted: example.predicted, truth: example.truth)
    let value = try #require(outcome.value)
    #expect(abs(value - example.score) < 1e-9, "\(outcome)")
  }

  @Test("a prediction that cannot be read says why it scores 0")
  func reasons() {
    #expect(
      TaskAccuracy.score(problemType: "numerical", predicted: "three", truth: "3")
        == .value(0, because: "`three` is not a number"))
    #expect(
      TaskAccuracy.score(problemType: "temporal grounding", predicted: "early", truth: "0 to 3")
        == .value(0, because: "`early` is not `s to e`"))
  }

  @Test(
    "a ground truth that cannot be read is no fault of the response",
    arguments: [
      ("numerical", "several"), ("regression", ""), ("temporal grounding", "3 to 3"),
      ("essay", "left"),
    ])
  func badTruth(_ type: String, _ truth: String) {
    guard
      case .abstained = TaskAccuracy.score(problemType: type, predicted: "3", truth: truth)
    else {
      Issue.record("scored against `\(truth)`")
      return
    }
  }

  @Test("mean relative accuracy, boundary cases in double precision")
  func meanRelativeAccuracy() {
    #expect(TaskAccuracy.meanRelativeAccuracy(9, 10) == 0.9)
    #expect(TaskAccuracy.meanRelativeAccuracy(7, 10) == 0.5)
    #expect(TaskAccuracy.meanRelativeAccuracy(10, 10) == 1)
    #expect(TaskAccuracy.meanRelativeAccuracy(4, 10) == 0)
    #expect(
      TaskAccuracy.score(
        problemType: "regression", predicted: "9", truth: "10", regression: .meanRelativeAccuracy)
        == .value(0.9))
  }
}
