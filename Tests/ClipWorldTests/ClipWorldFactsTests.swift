import RecipeLanguage
import Rewards
import Testing

@testable import ClipWorld

/// A world is known before a clip is rendered.
@Suite struct ClipWorldFactsTests {
  private func facts(_ text: String) throws -> ClipWorldFacts {
    let result = RecipeChecker.check(
      text: """
        sousvide: 1
        edition: 2026-11
        model: {architecture: none}
        video: {sampler: none}
        data: {world: \(text)}
        stages: {warm: {algorithm: none, data: world}}
        """,
      vocabulary: Vocabulary(
        algorithms: [KindSchema("none", summary: "")], data: [ClipWorldDataKind.schema],
        models: [KindSchema("none", summary: "")], samplers: [KindSchema("none", summary: "")]))
    let recipe = try #require(result.recipe, "\(result.diagnostics.map(\.message))")
    let entry = try #require(recipe.data.first)
    return try #require(ClipWorldFacts(entry))
  }

  private func digests(_ entry: String) throws -> Set<String> {
    guard case .known(let items) = try facts(entry).itemDigests() else { return [] }
    return items
  }

  @Test func onlyAnEntryThatMeansOtherRecordsThanBeforeHasAVersion() throws {
    func version(_ settings: String) throws -> String? {
      try facts("{kind: clipworld, split: train, clips: 12, \(settings)}").version
    }
    #expect(try version("families: [count, when], wrong_observations: 10%") == nil)
    #expect(try version("families: [grounding]") == nil)
    #expect(try version("families: [count, description]") == "clipworld 2")
    #expect(try version("families: [grounding], wrong_observations: 10%") == "clipworld 2")
  }

  @Test func columnsAreThoseOfTheRecordsThatWillBeMade() throws {
    let facts = try facts("{kind: clipworld, split: train, clips: 12, families: [count, when]}")
    guard case .known(let columns) = facts.columns(), case .known(let sample) = facts.sample(6)
    else {
      Issue.record("unknown")
      return
    }
    #expect(sample.count == 6)
    #expect(columns["family"]?.values == ["count", "when"])
    for record in sample {
      for (name, column) in columns {
        guard let text = record.text(of: name) else { continue }
        if let values = column.values { #expect(values.contains(text), "\(name): \(text)") }
      }
      #expect(record.extra.keys.allSatisfy { columns[$0] != nil })
    }
    #expect(Set(sample.map(\.problemType)).isSubset(of: columns["problem_type"]?.values ?? []))
  }

  @Test func worldsShareItemsWhenTheyAreDrawnAlike() throws {
    let test = try digests("{kind: clipworld, split: test, clips: 20, seed: 4}")
    #expect(test.count == 20)
    let longer = try digests("{kind: clipworld, split: test, clips: 30, seed: 4}")
    #expect(test.isSubset(of: longer))
    for other in [
      "{kind: clipworld, split: test, clips: 20, seed: 5}",
      "{kind: clipworld, split: train, clips: 20, seed: 4}",
    ] {
      #expect(test.isDisjoint(with: try digests(other)))
    }
  }
}
