import Foundation
import Rewards
import Testing

@testable import ClipWorld

@Suite struct OracleTests {
  private let scene =
    "red square from 0 to 2 moves left ; blue ring from 1 to 4 moves up ;"

  @Test(arguments: [
    ("which way does the red one move ?", "left"), ("which one appears first ?", "red"),
    ("what colour is the ring ?", "blue"), ("how many objects are visible at second 1 ?", "2"),
    ("how many objects are visible at second 3 ?", "1"),
    ("when is the blue one visible ?", "1 to 4"),
    ("how many seconds is the blue one visible ?", "3"),
  ])
  func answersFollowFromAnObservation(problem: String, answer: String) throws {
    #expect(try OracleSolver.answer(problem: problem, observation: scene) == answer)
    #expect(try OracleSolver.suffices(problem: problem, answer: answer, observation: scene))
    #expect(!(try OracleSolver.suffices(problem: problem, answer: "green", observation: scene)))
    #expect(
      !(try OracleSolver.suffices(problem: problem, answer: answer, observation: "\(answer)")))
  }

  @Test func whatTheObservationLeavesOutDoesNotFollow() throws {
    func answer(_ problem: String, _ observation: String) throws -> String? {
      try OracleSolver.answer(problem: problem, observation: observation)
    }
    #expect(try answer("which way does the green one move ?", scene) == nil)
    #expect(try answer("what colour is the cross ?", scene) == nil)
    let twins = "red ring from 0 to 2 moves left ; blue ring from 0 to 4 moves up ;"
    #expect(try answer("which one appears first ?", twins) == nil)
    #expect(try answer("what colour is the ring ?", twins) == nil)
  }

  @Test(arguments: [
    ("00:00-00:02\n00:05-00:08", "red bar moves left\nred bar moves up", true),
    ("00:05-00:08", "red bar moves up", true),
    ("00:05-00:07", "red bar moves up", false),
    ("00:00-00:02", "red bar moves left", false),
    ("00:05-00:08\n00:00-00:02", "red bar moves up\nred bar moves up", false),
    ("00:05-00:08", "the red bar goes up", false),
    ("00:05-00:08", "", false),
  ])
  func captionsAreJudgedWithTheirTimes(
    times: String, captions: String, suffices: Bool
  ) async throws {
    var fields: [JudgeRequest.Field] = [
      .init(path: "item.problem", text: "at what time does the red one move up ?"),
      .init(path: "item.answer", text: "00:05-00:08"),
      .init(path: "segment.caption", text: captions),
    ]
    let judge = OracleJudge()
    await #expect(throws: ClipWorldError.judgeCannotSee(field: "segment.time")) {
      try await judge.verdict(JudgeRequest(judge: "sufficiency", fields: fields))
    }
    fields.append(.init(path: "segment.time", text: times))
    let verdict = try await judge.verdict(JudgeRequest(judge: "sufficiency", fields: fields))
    #expect((verdict.score == 1) == suffices)
  }

  @Test func aQuestionOfAnotherWorldIsAnError() {
    #expect(throws: ClipWorldError.notAWorldQuestion("why is the sky blue ?")) {
      try OracleSolver.answer(problem: "why is the sky blue ?", observation: scene)
    }
  }

  @Test func theTrueObservationAlwaysSuffices() throws {
    for split in ClipWorldSettings.Split.allCases {
      let records = try ClipWorldGenerator.records(ClipWorldSettings(split: split, clips: 600))
      for record in records {
        let truth = try #require(record.extra["true_observation"]?.stringValue)
        #expect(
          try OracleSolver.suffices(
            problem: record.problem, options: record.options, answer: record.answer,
            observation: truth), "\(record.problemID): \(record.problem)")
      }
    }
  }

  private func request(_ index: Int, isRight: Bool) -> JudgeRequest {
    JudgeRequest(
      judge: "sufficiency",
      fields: [
        .init(path: "item.problem", text: "which way does the red one move ?"),
        .init(path: "item.answer", text: isRight ? "left" : "up"),
        // Other requests differ by white space, which the solver does not mind.
        .init(path: "segment.observation", text: scene + String(repeating: " ", count: index)),
      ])
  }

  private func agreement(_ judge: OracleJudge, isRight: Bool) async throws -> Double {
    var right = 0
    for index in 0..<1000 {
      let verdict = try await judge.verdict(request(index, isRight: isRight))
      #expect(verdict.label == (verdict.score == 1 ? "Yes" : "No"))
      if (verdict.score == 1) == isRight { right += 1 }
    }
    return Double(right) / 1000
  }

  @Test func anExactJudgeIsAlwaysRight() async throws {
    #expect(try await agreement(OracleJudge(), isRight: true) == 1)
    #expect(try await agreement(OracleJudge(), isRight: false) == 1)
  }

  @Test func errorsHaveTheirRateAndTheirSide() async throws {
    let rate = 0.18
    func wrong(_ bias: OracleJudge.Bias, _ isRight: Bool) async throws -> Double {
      1 - (try await agreement(OracleJudge(errorRate: rate, bias: bias, seed: 5), isRight: isRight))
    }
    // Four standard deviations of a share of 1000.
    #expect(abs(try await wrong(.unbiased, true) - rate) < 0.05)
    #expect(abs(try await wrong(.unbiased, false) - rate) < 0.05)
    #expect(try await wrong(.yes, true) == 0)
    #expect(abs(try await wrong(.yes, false) - rate) < 0.05)
    #expect(abs(try await wrong(.no, true) - rate) < 0.05)
    #expect(try await wrong(.no, false) == 0)
  }

  @Test func theSameRequestGetsTheSameVerdictAndAnotherSeedErrsElsewhere() async throws {
    let judges = [1, 1, 2].map { OracleJudge(errorRate: 0.5, seed: $0) }
    var verdicts: [[Double]] = []
    for judge in judges {
      var scores: [Double] = []
      for index in 0..<64 {
        scores.append(try await judge.verdict(request(index, isRight: true)).score)
      }
      verdicts.append(scores)
    }
    #expect(verdicts[0] == verdicts[1])
    #expect(verdicts[0] != verdicts[2])
  }

  @Test func aJudgeThatSeesTooLittleSaysSo() async {
    let blind = JudgeRequest(
      judge: "sufficiency", fields: [.init(path: "segment.observation", text: scene)])
    await #expect(throws: ClipWorldError.judgeCannotSee(field: "item.problem")) {
      try await OracleJudge().verdict(blind)
    }
  }
}
