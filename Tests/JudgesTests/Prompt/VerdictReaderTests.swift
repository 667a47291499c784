import Rewards
import Testing

@testable import Judges

/// Verdicts are read strictly: what is not exactly one is no score.
@Suite struct VerdictReaderTests {
  private let range = VerdictReader(
    tag: "score", values: .range(lower: 0, upper: 10), isStructured: false)
  private let object = VerdictReader(
    tag: "judgement", values: .labels(["Yes": 1, "No": 0]), isStructured: true)

  @Test("the last tag counts: a judge may quote what it judges before it decides")
  func last() throws {
    let verdict = try yesOrNo.verdict(
      of: "It claims <judgement>Yes</judgement>.\nThat is wrong.\n<judgement> No </judgement>\n")
    #expect(verdict.score == 0)
    #expect(verdict.explanation == "It claims <judgement>Yes</judgement>.\nThat is wrong.")
  }

  @Test(
    "what is no verdict is a failure",
    arguments: [
      "", "Yes", "<judgement>Yes", "<judgement>yes</judgement>", "<judgement></judgement>",
      "<judgement>Yes, mostly</judgement>", "<Judgement>Yes</Judgement>",
      "</judgement>Yes<judgement>", "<judgement><judgement>Yes</judgement",
    ])
  func failures(_ text: String) {
    #expect(throws: JudgeFailure.self) { try yesOrNo.verdict(of: text) }
  }

  @Test("a number of a range is mapped to 0 to 1, and to nothing outside of it")
  func numbers() throws {
    #expect(try range.verdict(of: "<score>7</score>").score == 0.7)
    #expect(try range.verdict(of: "<score>7</score>").label == "7")
    #expect(try range.verdict(of: "<score>10.0</score>").score == 1)
    for text in ["11", "-1", "nan", "inf", "7/10", "seven", "", "1e999"] {
      #expect(throws: JudgeFailure.self) { try range.verdict(of: "<score>\(text)</score>") }
    }
  }

  @Test("an object has the verdict, a reason and nothing else")
  func objects() throws {
    #expect(
      try object.verdict(of: #"{"reason": "r", "judgement": "Yes"}"#)
        == JudgeVerdict(score: 1, label: "Yes", explanation: "r"))
    #expect(try object.verdict(of: #"{"judgement": "No"}"#).score == 0)
    for text in [
      "{}", "Yes", #"{"judgement": "yes"}"#, #"{"judgement": 1}"#, #"{"judgement": ["Yes"]}"#,
      #"{"judgement": "Yes", "reason": 1}"#, #"{"judgement": "Yes", "score": 1}"#,
      #"{"judgement": "Yes", "judgement": "No"}"#, "<judgement>Yes</judgement>",
    ] {
      #expect(throws: JudgeFailure.self) { try object.verdict(of: text) }
    }
    let number = VerdictReader(
      tag: "score", values: .range(lower: 1, upper: 5), isStructured: true)
    #expect(try number.verdict(of: #"{"score": 3}"#).score == 0.5)
    #expect(throws: JudgeFailure.self) { try number.verdict(of: #"{"score": "3"}"#) }
    #expect(throws: JudgeFailure.self) { try number.verdict(of: #"{"score": 6}"#) }
  }
}
