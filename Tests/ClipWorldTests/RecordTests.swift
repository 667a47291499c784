import Foundation
import Rewards
import Testing

@testable import ClipWorld

@Suite struct RecordTests {
  private func records(
    _ split: ClipWorldSettings.Split, _ clips: Int, seed: Int = 1,
    change: (inout ClipWorldSettings) -> Void = { _ in }
  ) throws -> [DataRecord] {
    var settings = ClipWorldSettings(split: split, clips: clips, seed: seed)
    change(&settings)
    return try ClipWorldGenerator.records(settings)
  }

  private func sufficiency(_ records: [DataRecord]) throws -> Double {
    let sufficient = try records.filter {
      try OracleSolver.suffices(
        problem: $0.problem, options: $0.options, answer: $0.answer, observation: $0.observation)
    }
    return Double(sufficient.count) / Double(records.count)
  }

  private func share(_ records: [DataRecord], where condition: (DataRecord) -> Bool) -> Double {
    Double(records.count(where: condition)) / Double(records.count)
  }

  private func words(_ text: String) -> [Substring] { text.split(separator: " ") }

  @Test func guessingWithoutTheVideoIsWorthAtMostFortyPercent() throws {
    let records = try records(.test, 3600)
    let blind = ClipWorldBaselines.blind(records)
    #expect(Set(blind.keys) == Set(ClipWorldSettings.usualFamilies))
    let mean = ClipWorldBaselines.blindMean(records)
    #expect(mean <= 0.40, "\(blind)")
    // One in four or three is chance; far below it, the measure would be mistaken.
    #expect(mean > 0.30, "\(blind)")
    for family in ["direction", "first", "colour", "count"] {
      let worth = try #require(blind[family])
      #expect((0.2...0.38).contains(worth), "\(family) \(worth)")
    }
  }

  @Test func guessesLearnedFromTrainingQuestionsAreWorthNoMore() throws {
    let lessons = try records(.train, 1280, seed: 3)
    let blind = ClipWorldBaselines.blind(try records(.test, 500, seed: 4), learnedFrom: lessons)
    #expect(blind.values.reduce(0, +) / Double(blind.count) <= 0.40, "\(blind)")
  }

  @Test func aWorldThatCanBeGuessedIsFoundOut() throws {
    var records = try records(.test, 600) { $0.families = ["direction"] }
    for index in records.indices { records[index].answer = records[index].options[2] }
    #expect(ClipWorldBaselines.blindMean(records) == 1)
    for index in records.indices where records[index].options.contains("left") {
      records[index].answer = "left"
    }
    #expect(ClipWorldBaselines.blindMean(records) == 1)
  }

  @Test func countsAreBalancedAtEverySecond() throws {
    let records = try records(.train, 6000) { $0.families = ["count"] }
    for (problem, group) in Dictionary(grouping: records, by: \.problem) {
      for answer in ["0", "1", "2"] {
        let share = share(group) { $0.answer == answer }
        #expect(abs(share - 1 / 3.0) < 0.06, "\(problem) \(answer): \(share)")
      }
    }
  }

  @Test func seeingTheColoursAloneDoesNotTellWhichIsAsked() throws {
    let records = try records(.train, 2000) { $0.families = ["colour", "first"] }
    for record in records {
      let facts = try #require(Observation.parse(record.observation))
      #expect(facts.objects.count == 2)
      #expect(Set(facts.objects.map(\.colour.rawValue)).isSubset(of: record.options))
      #expect(Set(record.options).count == 4)
    }
    // Of the two colours present, the answer is as often the one listed first. (For "first" it always is, by the order
    // of observations.)
    let colour = records.filter { $0.family == "colour" }
    let listedFirst = share(colour) { $0.observation.hasPrefix($0.answer) }
    #expect(abs(listedFirst - 0.5) < 0.06)
  }

  @Test func everyRecordHasTheColumnsOfItsTask() throws {
    let types = [
      "direction": "multiple choice", "first": "multiple choice", "colour": "multiple choice",
      "count": "numerical", "when": "temporal grounding", "duration": "regression",
    ]
    let records = try records(.foundation, 600)
    for record in records {
      #expect(record.problemType == types[record.family])
      #expect(record.options.isEmpty == (record.problemType != "multiple choice"))
      #expect(record.options.isEmpty || record.options.contains(record.answer))
      #expect(record.solution == "<answer>\(record.answer)</answer>")
      let objects = try #require(record.extra["objects"]?.stringValue.flatMap { Int($0) })
      #expect(record.spans.count == objects && (1...2).contains(objects))
      #expect(record.spans.allSatisfy { 0 <= $0.start && $0.start < $0.end && $0.end <= 4 })
      #expect(record.extra["question"]?["family"]?.stringValue == record.family)
      #expect(
        TaskAccuracy.score(
          problemType: record.problemType, predicted: record.answer, truth: record.answer
        ).value ?? 0 > 0.999)
    }
    // Families take turns, and a good part of the clips has one object for the first lessons.
    for family in types.keys { #expect(records.count { $0.family == family } == 100) }
    let single = share(records) { $0.extra["objects"]?.stringValue == "1" }
    #expect((0.28...0.46).contains(single), "\(single)")
  }

  @Test func truthfulTracesAreRightFromEndToEnd() throws {
    for record in try records(.foundation, 600) {
      #expect(record.observation == record.extra["true_observation"]?.stringValue)
      let thought = record.process.replacing("<think> ", with: "").replacing(" </think>", with: "")
      #expect(
        record.output
          == "<observation> \(record.observation) </observation>\n<think> \(thought) </think>\n"
          + "<answer> \(record.answer) </answer>")
      #expect(Mismatch.thinkVersusAnswer(think: thought, answer: record.answer) == false)
      #expect(words(record.output).count <= 45)
    }
  }

  @Test func sharesOfMistakesAreAsSet() throws {
    let records = try records(.foundation, 4000) {
      $0.wrongObservations = 0.15
      $0.wrongAnswers = 0.10
    }
    let observed = share(records) { $0.observation != $0.extra["true_observation"]?.stringValue }
    let answered = share(records) { $0.extra["trace_answer"]?.stringValue != $0.answer }
    #expect(abs(observed - 0.15) < 0.025)
    #expect(abs(answered - 0.10) < 0.02)
  }

  @Test func theBiasedTeacherMisleadsItself() throws {
    let records = try records(.coldStart, 3000) { $0.teacher = .biased }
    let directions = records.filter { $0.family == "direction" }
    let reversed = share(directions) { $0.extra["trace_answer"]?.stringValue != $0.answer }
    #expect(abs(reversed - 0.6) < 0.08)
    // Its observations are as wrong as its answers, and reasoning never contradicts the answer.
    #expect(try sufficiency(directions) < 0.5)
    for record in records {
      let answer = try #require(record.extra["trace_answer"]?.stringValue)
      let follows = try OracleSolver.answer(
        problem: record.problem, options: record.options, observation: record.observation)
      #expect(follows == nil || follows == answer)
      let thought = record.process.replacing("<think> ", with: "").replacing(" </think>", with: "")
      #expect(Mismatch.thinkVersusAnswer(think: thought, answer: answer) == false)
    }
  }

  @Test func filteringByAnswerLeavesWrongObservationsUnderRightAnswers() throws {
    let records = try records(.coldStart, 3000) {
      $0.teacher = .biased
      $0.filterByAnswer = true
    }
    #expect(records.allSatisfy { $0.extra["trace_answer"]?.stringValue == $0.answer })
    let directions = records.filter { $0.family == "direction" }
    #expect(abs(try sufficiency(directions) - 0.4) < 0.08)
    #expect(try sufficiency(records) < 0.9)
  }

  @Test func splitsAndSeedsShareNoScene() throws {
    var seen: [String: String] = [:]
    for split in ClipWorldSettings.Split.allCases {
      for seed in 0..<2 {
        for record in try records(split, 1500, seed: seed) {
          let scene = try #require(record.extra["scene"]?.stringValue)
          #expect(seen.updateValue(record.problemID, forKey: scene) == nil)
        }
      }
    }
    #expect(seen.count == 12_000)
  }

  @Test func settingsThatCannotBeAreNamed() {
    func reject(_ name: String, _ change: (inout ClipWorldSettings) -> Void) {
      var settings = ClipWorldSettings(split: .train, clips: 10)
      change(&settings)
      let error = #expect(throws: ClipWorldError.self) { try ClipWorldGenerator.records(settings) }
      #expect(error?.description.contains("'\(name)'") == true)
    }
    reject("clips") { $0.clips = 0 }
    reject("families") { $0.families = [] }
    reject("families") { $0.families = ["direction", "smell"] }
    reject("wrong_answers") { $0.wrongAnswers = 1.5 }
    reject("direction_flips") { $0.directionFlips = .nan }
    reject("distractors") { $0.distractors = -1 }
  }
}
