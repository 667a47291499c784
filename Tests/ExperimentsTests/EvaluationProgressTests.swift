import Foundation
import Rewards
import Synchronization
import TestSupport
import Testing
import Trainer

@testable import Experiments

/// What an evaluation that is stopped leaves behind.
@Suite struct EvaluationProgressTests {
  private func part(_ questions: Range<Int>) -> EvaluationPart {
    EvaluationPart(
      questions: questions,
      items: questions.map { question in
        EvaluatedItem(
          evaluation: "held_out", stage: "rl", step: 0, question: question,
          item: EvaluatedItem.Item(
            DataRecord(
              problemID: "\(question)", problem: "how many?", answer: "2", path: "a.mp4",
              problemType: "numerical")),
          response: "<answer>2</answer>", tokens: 3, finish: "stop",
          values: ["accuracy": 0.1 + Double(question) / 3])
      }, generatedTokens: 3 * questions.count)
  }

  @Test func partsAreReadBackAndForgottenOnceTheResultsAreThere() throws {
    try withTemporaryDirectory { folder in
      let files = EvaluationFiles(folder.appendingPathComponent("evaluations"))
      let first = EvaluationProgress(files, "held_out", stage: "rl")
      #expect(try first.parts(digest: "a").isEmpty)
      #expect(first.questions == 0)
      try first.keep(part(0..<2), digest: "a")
      try first.keep(part(2..<3), digest: "a")
      #expect(first.questions == 3)
      #expect(first.url.lastPathComponent == "rl.partial")
      #expect(try files.read("held_out", stage: "rl").isEmpty)

      let told = Mutex<[Int]>([])
      let second = EvaluationProgress(files, "held_out", stage: "rl") { count in
        told.withLock { $0.append(count) }
      }
      #expect(try second.parts(digest: "a") == [part(0..<2), part(2..<3)])
      #expect(told.withLock { $0 } == [3])
      try second.remove()
      try second.remove()
      #expect(!FileManager.default.fileExists(atPath: second.url.path))
    }
  }

  @Test func partsOfAnotherEvaluationAreForgotten() throws {
    try withTemporaryDirectory { folder in
      let files = EvaluationFiles(folder)
      try EvaluationProgress(files, "held_out", stage: "rl").keep(part(0..<2), digest: "a")
      let other = EvaluationProgress(files, "held_out", stage: "rl")
      #expect(try other.parts(digest: "b").isEmpty)
      try other.keep(part(0..<1), digest: "b")
      #expect(try other.parts(digest: "b") == [part(0..<1)])
      #expect(try other.parts(digest: "a").isEmpty)
    }
  }

  @Test func aLineThatWasBeingWrittenIsLeftOutAndADamagedOneIsNamed() throws {
    try withTemporaryDirectory { folder in
      let files = EvaluationFiles(folder)
      let progress = EvaluationProgress(files, "held_out", stage: "rl")
      try progress.keep(part(0..<2), digest: "a")
      let whole = try Data(contentsOf: progress.url)
      try (whole + whole.prefix(60)).write(to: progress.url)
      #expect(try progress.parts(digest: "a") == [part(0..<2)])
      try progress.keep(part(2..<4), digest: "a")
      #expect(try progress.parts(digest: "a") == [part(0..<2), part(2..<4)])

      try (whole + Data("{\"part\": 3}\n".utf8)).write(to: progress.url)
      #expect {
        try progress.parts(digest: "a")
      } throws: { error in
        "\(error)".contains("rl.partial") && "\(error)".contains("line 2")
      }
    }
  }
}
