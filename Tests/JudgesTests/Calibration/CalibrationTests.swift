import RecipeLanguage
import Rewards
import Testing

@testable import Judges

/// A judge beside people.
@Suite struct CalibrationTests {
  /// Says Yes to texts with "left" in them, and fails on "fog".
  private struct LeftJudge: Judge {
    func verdict(_ request: JudgeRequest) async throws -> JudgeVerdict {
      let text = request["segment.observation"] ?? ""
      if text == "fog" { throw JudgeFailure(.timeout, "too late") }
      if text == "wall" { throw JudgeError.noTape(path: "t") }
      let isYes = text.contains("left")
      return JudgeVerdict(
        score: isYes ? 1 : 0, label: isYes ? "Yes" : "No", explanation: "so it says")
    }
  }

  private func calibrator(labels: [String] = ["Yes", "No"], isNumeric: Bool = false) -> Calibrator {
    Calibrator(
      binding: JudgeBinding(
        name: "sufficiency", judge: LeftJudge(), sees: ["item.problem", "segment.observation"],
        emptyText: .zero), labels: labels, isNumeric: isNumeric)
  }

  private func line(_ text: String, _ label: String, judge: String? = nil) -> String {
    let name = judge.map { "\"judge\": \"\($0)\", " } ?? ""
    return
      "{\(name)\"shows\": {\"item.problem\": \"?\", \"segment.observation\": \"\(text)\"}, \"label\": \(label)}"
  }

  private func calibrate(_ lines: [String]) async throws -> Calibration {
    let examples = try LabelledExample.read(lines.joined(separator: "\n"), path: "e.jsonl")
    return try await calibrator().calibrate(examples, path: "e.jsonl")
  }

  @Test("agreement, confusion and disagreements; failures and unlabelled lines count as neither")
  func calibration() async throws {
    let found = try await calibrate([
      line("left", "\"Yes\""), line("left 2", "\"No\""), line("up", "\"No\""), "",
      line("up 2", "\"No\"", judge: "sufficiency"), line("x", "\"Yes\"", judge: "other"),
      line("fog", "\"Yes\""), line("up 3", "null"),
    ])
    #expect(found.examples == 6 && found.unlabelled == 1 && found.compared == 4)
    #expect(found.labels == ["Yes", "No"])
    #expect(found.confusion == [[1, 0], [1, 2]])
    #expect(found.agreement?.value == 0.75)
    #expect(found.kappa?.value == 0.5)
    #expect(found.disagreements.map(\.line) == [2])
    #expect(found.disagreements.first?.label == "No")
    #expect(found.disagreements.first?.verdict == "Yes")
    #expect(found.failures.map(\.cause) == ["timeout"])
    #expect(found.failures.map(\.line) == [7])
  }

  @Test("what ends a judge ends its calibration")
  func halt() async throws {
    await #expect(throws: JudgeError.noTape(path: "t")) {
      try await calibrate([line("wall", "\"Yes\"")])
    }
  }

  @Test("numbers are compared as whole numbers")
  func numbers() async throws {
    struct Grades: Judge {
      func verdict(_ request: JudgeRequest) async throws -> JudgeVerdict {
        JudgeVerdict(score: 0.7, label: request["segment.observation"] ?? "")
      }
    }
    let calibrator = Calibrator(
      binding: JudgeBinding(
        name: "grade", judge: Grades(), sees: ["item.problem", "segment.observation"]),
      labels: [], isNumeric: true)
    let lines = [line("7", "7"), line("6.6", "\"7\""), line("3", "4")].joined(separator: "\n")
    let found = try await calibrator.calibrate(
      LabelledExample.read(lines, path: "e"), path: "e")
    #expect(found.agreement?.value == 2.0 / 3)
    #expect(found.disagreements.map { [$0.label, $0.verdict] } == [["4", "3"]])
  }

  @Test(
    "an example that does not fit names its line",
    arguments: [
      ("[1]", "expected an object"),
      ("{", "column 2: expected a key in quotes"),
      (
        #"{"label": "Yes"}"#, "needs `shows`, the texts that the judge is shown, by path"
      ),
      (#"{"shows": {"item.problem": 1}}"#, "`shows.item.problem` must be text"),
      (#"{"shows": {}, "label": true}"#, "`label` must be a word or a number"),
      (#"{"shows": {}, "judge": 1}"#, "`judge` must be a name"),
      (
        #"{"shows": {}, "lable": "Yes"}"#,
        "has a key `lable` that nothing reads; the keys are judge, shows, label, verdict, score, "
          + "explanation, media"
      ),
      (
        #"{"shows": {"item.problem": "?"}, "label": "Yes"}"#,
        "`shows` lacks `segment.observation`, which judge `sufficiency` sees"
      ),
      (
        #"{"shows": {"item.problem": "?", "segment.observation": "x", "item.answer": "a"}, "label": "Yes"}"#,
        "`shows` has `item.answer`, which judge `sufficiency` does not see"
      ),
      (
        #"{"shows": {"item.problem": "?", "segment.observation": "x"}, "label": "yes"}"#,
        "`label` is \"yes\", none of \"Yes\", \"No\""
      ),
      (
        #"{"shows": {"item.problem": "?", "segment.observation": " \n"}, "label": "No"}"#,
        "`segment.observation` has no text, and `empty_text` keeps that from the judge"
      ),
    ])
  func badLines(_ text: String, _ message: String) async throws {
    await #expect(throws: JudgeError.example(path: "e.jsonl", line: 2, message: message)) {
      try await calibrate([line("left", "\"Yes\""), text])
    }
  }

  @Test("nothing to compare is said, not divided by")
  func nothing() async throws {
    await #expect(
      throws: JudgeError.examples(
        path: "e.jsonl", message: "holds no example for judge `sufficiency`")
    ) { try await calibrate([line("x", "\"Yes\"", judge: "other")]) }
    await #expect(
      throws: JudgeError.examples(
        path: "e.jsonl",
        message: "holds 1 examples for judge `sufficiency`, none of them with a `label`")
    ) { try await calibrate([line("x", "\"\"")]) }
  }
}
