import Testing

@testable import RecipeLanguage

/// Data without media need neither `video` nor a model that sees; data with media need both.
@Suite struct MediaCheckTests {
  private func check(
    model: String = "qwen2", data: String = "{kind: records, path: a.json}", rest: String = "",
    stage: String = ""
  ) -> [Diagnostic] {
    RecipeChecker.check(
      text: """
        sousvide: 1
        edition: 2026-11
        model: {architecture: \(model), from: somewhere}
        \(rest)
        data:
          items: \(data)
        stages:
          warm: {algorithm: sft, data: items, steps: 2, batch_size: 2, learning_rate: 1.0e-4\(stage)}
        """, vocabulary: TestVocabulary.all
    ).diagnostics.filter { $0.severity != .note }
  }

  @Test func textAloneNeedsNeither() {
    #expect(check().isEmpty)
    #expect(check(model: "qwen2_5_vl").isEmpty)
  }

  @Test(arguments: [
    ("qwen2", "{kind: records, path: a.json, media: clips}", "reads text alone"),
    ("qwen2", "{kind: clipworld, split: train, clips: 4}", "reads text alone"),
    (
      "qwen2_5_vl", "{kind: records, path: a.json, media: clips}",
      "nothing says how they become frames"
    ),
  ])
  func mediaThatNobodySeesAreNamed(model: String, data: String, expected: String) {
    let found = check(model: model, data: data)
    #expect(found.map(\.code.number) == [5703] && found.first?.path == "data.items")
    #expect(found.first?.message.contains(expected) == true, "\(found.map(\.message))")
  }

  @Test func videoWithoutMediaIsWithoutEffect() {
    let found = check(rest: "video: {sampler: uniform, frames: 4}")
    #expect(found.map(\.code.number) == [5902] && found.first?.path == ".video")
    let own = check(stage: ", video: {frames: 8}")
    #expect(own.map(\.path) == ["stages.warm.video"])
  }
}
