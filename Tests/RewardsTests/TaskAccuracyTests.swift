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

  @Test("a measure of one's own serves every problem type")
  func ownMeasure() {
    func score(_ measure: AccuracyMeasure, _ predicted: String, _ truth: String) -> Double? {
      TaskAccuracy.score(measure, predicted: predicted, truth: truth, tolerance: 0.5).value
    }
    #expect(score(.exact, " a b ", "a b") == 1)
    #expect(score(.exact, "A b", "a b") == 0)
    #expect(score(.near, "3.5", "3") == 1)
    #expect(score(.near, "3.51", "3") == 0)
    #expect(score(.near, "some", "3") == 0)
    #expect(score(.near, "3", "some") == nil)
    #expect(score(.meanRelativeAccuracy, "9", "10") == 0.9)
    #expect(score(.ocr, "the bat", "the cat") == 0.5)
    #expect(score(.freeForm, "a red square", "a red square") == 1)
  }

  @Test("options are named by their text, their letter or their place")
  func options() {
    let lettered = ["A. left", "(B) up", "C: down"]
    #expect(OptionAnswer.index(of: "B", in: lettered) == 1)
    #expect(OptionAnswer.index(of: "C: down", in: lettered) == 2)
    #expect(OptionAnswer.index(of: "C. whatever", in: lettered) == 2)
    #expect(OptionAnswer.index(of: "D", in: lettered) == nil)
    #expect(OptionAnswer.index(of: "up", in: ["left", "up"]) == 1)
    #expect(OptionAnswer.index(of: "B", in: ["left", "up"]) == 1)
    #expect(OptionAnswer.index(of: "C", in: ["left", "up"]) == nil)
    #expect(OptionAnswer.index(of: "", in: ["left", "up"]) == nil)
  }

  /// Ways to write the second of three options, and ways that are not.
  static let secondOption = ["B", "B.", "B)", "(B)", "B:", "B. left", "(B) left", "left", " B "]
  static let otherAnswers = [
    "A", "C", "(C)", "right", "A. right", "b", "Left", "D", "", "BA", "B. right",
    "A. right B. left",
  ]

  @Test(
    "an option may be named by letter, text or both, whichever way the record is written",
    arguments: [
      ["A. right", "B. left", "C. up"], ["right", "left", "up"],
      ["(A) right", "(B) left", "(C) up"],
    ])
  func namedOptions(_ options: [String]) {
    func score(_ predicted: String, _ truth: String) -> Double? {
      TaskAccuracy.score(
        problemType: "multiple choice", predicted: predicted, truth: truth, options: options
      ).value
    }
    for truth in ["B", "left", "B. left", options[1]] {
      for answer in Self.secondOption { #expect(score(answer, truth) == 1, "\(answer), \(truth)") }
      for answer in Self.otherAnswers { #expect(score(answer, truth) == 0, "\(answer), \(truth)") }
    }
    #expect(score("left", "D") == nil)
  }

  @Test(
    "an option that looks like a letter is itself first, a letter before words that look like one")
  func lettersAsOptions() {
    #expect(OptionAnswer.index(of: "B", in: ["B", "A"]) == 0)
    #expect(OptionAnswer.index(of: "A", in: ["A. B", "B. A"]) == 0)
    #expect(OptionAnswer.index(of: "C. Vitamin C", in: ["A. none", "C. Vitamin C"]) == 1)
  }

  @Test("a truth that is none of the options is an abstention, a prediction that is none says so")
  func missingOption() {
    func score(_ predicted: String, _ truth: String) -> RewardOutcome {
      TaskAccuracy.score(
        problemType: "multiple choice", predicted: predicted, truth: truth, options: ["left", "up"])
    }
    #expect(score("left", "left") == .value(1))
    #expect(score("up", "left") == .value(0))
    #expect(score("over", "left") == .value(0, because: "`over` is none of the 2 options"))
    #expect(
      score("left", "down") == .abstained("the ground truth `down` is none of the 2 options"))
  }

  @Test(
    "a record that cannot be scored abstains for every response, also for one without an answer")
  func unusableRecord() async throws {
    let responses = try [complete("a", "b", "left"), parsed("no tags at all"), parsed("")]
    for item in [record("left", type: "essay"), record("down"), record("many", type: "numerical")] {
      let found = try await AccuracyReward(segment: "answer").evaluate(
        RewardGroup(item: item, responses: responses), prior: [:])
      #expect(found.allSatisfy { if case .abstained = $0 { true } else { false } }, "\(found)")
    }
  }

  @Test("an empty response, and one that is not UTF-8, are scored with their reason")
  func unreadableResponses() async throws {
    let bytes: [[UInt8]] = [Array("<answer>".utf8), [0xff, 0xfe], Array("</answer>".utf8)]
    let garbled = try SegmentParser(videoSegments).parse(
      Response(tokens: [0, 1, 2], pieces: bytes, endToken: false, truncated: false))
    let cut = try parsed("<answer>left</ans", truncated: true)
    let nested = try parsed("<answer><answer>left</answer></answer>")
    let found = try await AccuracyReward(segment: "answer").evaluate(
      group("left", [parsed(""), garbled, cut, nested]), prior: [:])
    #expect(
      found == [
        .value(0, because: "answer: missing"),
        .value(0, because: "`\u{FFFD}\u{FFFD}` is none of the 2 options"),
        .value(0, because: "answer: truncated"), .value(0, because: "answer: nested"),
      ])
  }
}
