import Rewards
import Testing

@testable import Trainer

@Suite struct EvaluationTableTests {
  private func item(
    _ question: Int, family: String, type: String = "multiple choice", accuracy: Double?,
    input: EvaluatedItem.Input = .video, sample: Int = 0, format: Double = 1,
    unions: [Double]? = nil, answered: AnswerOutcome? = .answered
  ) -> EvaluatedItem {
    var values = ["format": format]
    values["accuracy"] = accuracy
    return EvaluatedItem(
      evaluation: "held_out", stage: "rl", step: 3, question: question, input: input,
      sample: sample,
      item: EvaluatedItem.Item(
        DataRecord(
          problemID: "\(question)", problem: "?", answer: "x", path: "a.mp4", problemType: type,
          family: family)),
      response: "", tokens: 1, finish: "stop", answered: answered, values: values, unions: unions)
  }

  @Test func questionsAreSortedByTheColumnsThatTellThemApart() throws {
    let table = try #require(
      EvaluationTable([
        item(0, family: "count", accuracy: 1), item(1, family: "when", accuracy: 0),
        item(2, family: "count", accuracy: 0, answered: .missing),
      ]))
    // No record says where it comes from, so that column sorts nothing.
    #expect(table.rows.map(\.name) == ["", "count", "when", "multiple choice"])
    #expect(table.rows.map(\.column) == [nil, .family, .family, .problemType])
    #expect(table.total?.metrics["accuracy"]?.count == 3)
    #expect(table.rows[1].metrics["accuracy"]?.value == 0.5)
    #expect(table.rows[1].answers == ["answered": 1, "missing": 1])
    #expect(EvaluationTable([]) == nil)
  }

  /// R@K and mIoU over the true spans of all questions, as Video-Thinker's table has them.
  @Test func spansArePooled() throws {
    let total = try #require(
      EvaluationTable([
        item(0, family: "", accuracy: 0.4, unions: [0.8, 0]), item(1, family: "", accuracy: 1),
        item(2, family: "", accuracy: 0.4, unions: [0.4]),
      ])?.total)
    #expect(total.metrics["miou"]?.count == 3)
    #expect(abs((total.metrics["miou"]?.value ?? 0) - 0.4) < 1e-12)
    #expect(total.metrics["recall_0.3"]?.value == 2.0 / 3)
    #expect(total.metrics["recall_0.5"]?.value == 1.0 / 3)
    #expect(total.metrics["recall_0.7"]?.value == 1.0 / 3)
  }

  @Test func sampledResponsesAreAveragedOverQuestions() throws {
    let total = try #require(
      EvaluationTable([
        item(0, family: "", accuracy: 1), item(1, family: "", accuracy: 1, format: 0),
        item(0, family: "", accuracy: nil, sample: 1, format: 1, answered: nil),
        item(0, family: "", accuracy: nil, sample: 2, format: 0, answered: nil),
        item(1, family: "", accuracy: nil, sample: 1, format: 0, answered: nil),
        item(1, family: "", accuracy: nil, sample: 2, format: 0, answered: nil),
      ])?.total)
    #expect(total.questions == 2)
    #expect(total.metrics["format"]?.value == 0.5)
    #expect(total.metrics["sampled_format"]?.value == 0.25)
    #expect(total.metrics["sampled_format"]?.count == 2)
  }

  @Test func theObservationIsComparedWithTheVideoQuestionByQuestion() throws {
    let total = try #require(
      EvaluationTable([
        item(0, family: "", accuracy: 1), item(1, family: "", accuracy: 1),
        item(2, family: "", accuracy: nil),
        item(1, family: "", accuracy: 0, input: .observation),
        item(0, family: "", accuracy: 1, input: .observation),
        item(2, family: "", accuracy: 1, input: .observation),
      ])?.total)
    // The third cannot be measured with the video, so it is in neither number.
    #expect(total.questions == 3)
    #expect(total.observationOnly?.first.value == 1)
    #expect(total.observationOnly?.second.value == 0.5)
    #expect(total.observationOnly?.difference.value == -0.5)
  }

  @Test func flatGroupsAndTheSpreadOfAdvantages() {
    #expect(GroupDiagnostics.isFlat([0.3, 0.3]))
    #expect(GroupDiagnostics.isFlat([1]))
    #expect(GroupDiagnostics.isFlat([]))
    #expect(!GroupDiagnostics.isFlat([0, 1]))
    #expect(GroupDiagnostics.variance([1, -1, 0, 0]) == 0.5)
    #expect(GroupDiagnostics.variance([]) == nil)
  }
}
