import Testing

@testable import RecipeLanguage

/// What is retrieved is shown, and what is shown is retrieved.
@Suite struct PassageCheckTests {
  private func check(
    _ retrieval: String, prompt: String = "{item.passages} {item.problem}",
    data: String = "{kind: records, path: a.json}", columns: [String] = ["problem"]
  ) -> [Diagnostic] {
    RecipeChecker.check(
      text: """
        sousvide: 1
        edition: 2026-11
        model: {architecture: qwen2, from: somewhere, prompt: {user: "\(prompt)"}}
        \(retrieval)
        data:
          items: \(data)
        stages:
          warm: {algorithm: sft, data: items, steps: 2, batch_size: 2, learning_rate: 1.0e-4}
        """, vocabulary: TestVocabulary.all,
      options: CheckOptions(facts: { _ in
        StatedFacts(
          columns: [
            "items": Dictionary(uniqueKeysWithValues: columns.map { ($0, ColumnFacts(.text)) })
          ])
      })
    ).diagnostics.filter { $0.severity != .note }
  }

  @Test func passagesThatAreFoundAndShownAreRight() {
    #expect(check("retrieval: {collection: facts}").isEmpty)
    #expect(check("", columns: ["problem", "passages"]).isEmpty)
    #expect(check("", prompt: "{item.problem}").isEmpty)
  }

  @Test func passagesThatNothingFindsAreNamed() {
    let found = check("")
    #expect(found.map(\.code.number) == [5704] && found.first?.path == "data.items")
  }

  @Test func dataWithoutTextsAreNamed() {
    let found = check("retrieval: {collection: data}")
    #expect(found.map(\.code.number) == [5704] && found.first?.path == "retrieval.collection")
    #expect(found.first?.message.contains("brings no texts along") == true)
  }

  @Test func passagesThatNobodyIsShownAreWithoutEffect() {
    let found = check("retrieval: {collection: facts}", prompt: "{item.problem}")
    #expect(found.map(\.code.number) == [5902] && found.first?.path == ".retrieval")
  }

  @Test func countsAndColumnsHaveTypes() {
    #expect(check("retrieval: {collection: facts, passages: 0}").contains { $0.severity == .error })
    #expect(check("retrieval: {passages: 2}").contains { $0.severity == .error })
  }
}
