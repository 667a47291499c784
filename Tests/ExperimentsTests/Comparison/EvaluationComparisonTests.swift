import Foundation
import Rewards
import TestSupport
import Testing
import Trainer

@testable import Experiments

@Suite("Runs side by side")
struct EvaluationComparisonTests {
  /// A run that got some of twelve questions right, after stages of these names.
  private func make(
    _ name: String, in folder: URL, right: Set<Int>, stages: [String] = ["rl"],
    keepsResponses: Bool = true, problem: String = "how many?"
  ) throws -> RunDirectory {
    let run = try RunDirectory.create(at: folder.appendingPathComponent(name), recipe: "a: 1\n")
    let metrics = try run.writer(for: .metrics)
    for stage in stages {
      try metrics.append(
        EvaluationRecord(
          stage: stage, evaluation: "held_out", step: 4,
          values: ["accuracy": Double(right.count) / 12]))
      guard keepsResponses else { continue }
      try run.evaluations.write(
        (0..<12).map { question in
          EvaluatedItem(
            evaluation: "held_out", stage: stage, step: 4, question: question,
            item: EvaluatedItem.Item(
              DataRecord(
                problemID: "\(question)", problem: problem, answer: "2", path: "a.mp4",
                problemType: "numerical")),
            response: "", tokens: 1, finish: "stop",
            values: [
              "accuracy": right.contains(question) ? 1 : 0,
              "mra": Double(question) / 12 + (right.contains(question) ? 0.1 : 0),
            ])
        })
    }
    return run
  }

  @Test func `differences are taken question by question`() throws {
    try withTemporaryDirectory { folder in
      let first = try make("first", in: folder, right: Set(0..<4))
      let second = try make("second", in: folder, right: Set(1..<10))
      let comparison = try EvaluationComparison([first, second])
      #expect(comparison.runs == ["first", "second"])
      let table = try #require(comparison.tables.first)
      #expect(comparison.tables.count == 1 && table.stages == ["rl", "rl"])
      #expect(table.rows.map(\.metric) == ["accuracy", "mra"])
      let accuracy = table.rows[0]
      #expect(accuracy.measured.map { $0?.value } == [4.0 / 12, 9.0 / 12])
      #expect(accuracy.measured[0]?.estimate?.method == .wilson)
      #expect(accuracy.differences[0] == nil)
      let difference = try #require(accuracy.differences[1])
      #expect(abs(difference.estimate.value - 5.0 / 12) < 1e-12)
      #expect(difference.test == .mcnemar)
      // One question only the first has right, six only the second: 2 (1 + 7) / 2^7.
      #expect(abs(difference.probability - 16.0 / 128) < 1e-12)
      let scores = try #require(table.rows[1].differences[1])
      #expect(scores.test == .normal && abs(scores.estimate.value - 0.5 / 12) < 1e-12)
    }
  }

  @Test func `last stages that are called differently are compared as well`() throws {
    try withTemporaryDirectory { folder in
      let first = try make("first", in: folder, right: [1], stages: ["cold", "rl"])
      let second = try make("second", in: folder, right: [2], stages: ["cold", "grpo"])
      let third = try make("third", in: folder, right: [2], stages: ["cold"])
      let tables = try EvaluationComparison([first, second]).tables
      #expect(tables.map(\.stages) == [["cold", "cold"], ["rl", "grpo"]])
      let three = try EvaluationComparison([first, second, third]).tables
      #expect(three.map(\.stages) == [["cold", "cold", "cold"], ["rl", "grpo", "cold"]])
    }
  }

  @Test func `without responses there are values and no intervals`() throws {
    try withTemporaryDirectory { folder in
      let first = try make("first", in: folder, right: [1, 2, 3], keepsResponses: false)
      let second = try make("second", in: folder, right: [2])
      let row = try #require(try EvaluationComparison([first, second]).tables.first?.rows.first)
      #expect(row.measured[0] == .init(value: 0.25, estimate: nil))
      #expect(row.measured[1]?.estimate != nil && row.differences == [nil, nil])
    }
  }

  @Test func `other questions at the same places are no pairs`() throws {
    try withTemporaryDirectory { folder in
      let first = try make("first", in: folder, right: [1])
      let second = try make("second", in: folder, right: [2], problem: "which way?")
      let row = try #require(try EvaluationComparison([first, second]).tables.first?.rows.first)
      #expect(row.differences == [nil, nil])
    }
  }

  @Test func `runs without a common evaluation have no table`() throws {
    try withTemporaryDirectory { folder in
      let first = try make("first", in: folder, right: [1])
      let second = try make("second", in: folder, right: [1], stages: [])
      #expect(try EvaluationComparison([first, second]).tables.isEmpty)
    }
  }
}
