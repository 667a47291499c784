import Foundation
import RecipeLanguage
import TestSupport
import Testing

struct RecipeComparisonTests {
  private static let base = "extends: \(LayerTests.base)\n"

  private func compare(_ a: String, _ b: String) throws -> RecipeComparison {
    let results = try [a, b].map { text in
      let result = RecipeChecker.check(text: Self.base + text, vocabulary: TestVocabulary.all)
      _ = try #require(result.recipe, "\(result.diagnostics)")
      return result
    }
    return RecipeComparison(results[0], results[1], vocabulary: TestVocabulary.all)
  }

  @Test func paramsOrderAndSpellingAreNoDifferences() throws {
    let comparison = try compare(
      """
      params:
        paid: {type: window<tok>, default: 8..32 tok}
        share: {type: share, default: 10%}
      data:
        lessons: {clips: 3000, wrong_answers: "${params.share}"}
      rewards:
        brevity: {window: "${params.paid}", pays: 0.2}
      schedules: {slow: {linear: {from: 1, to: 0}}}
      stages: {rl: {learning_rate: schedules.slow}}
      """,
      """
      # the same
      params:
        window: {type: window<tok>, default: 8 .. 32 tok, about: "renamed"}
      stages: {rl: {learning_rate: {linear: {to: 0.0, from: 1.0}}}}
      rewards:
        brevity: {window: "${params.window}"}
      data:
        lessons: {wrong_answers: 0.10, clips: 3000}
      """)
    #expect(comparison.differences == [])
    #expect(comparison.text == "the recipes mean the same\n")
  }

  @Test func differencesAreTypedAndLocated() throws {
    let comparison = try compare(
      "about: {title: \"one\"}\nrun: {name: one}\n",
      """
      about: {title: "two"}
      run: {name: two, seed: 7}
      rewards:
        brevity: {pays: 0.5}
        extra: {kind: format, of: [answer], credit: reasoning}
      """)
    #expect(comparison.resultsCanDiffer)
    #expect(
      comparison.differences.map(\.path) == [
        "about.title", "run.name", "rewards.brevity.pays", "rewards.extra",
      ])
    #expect(comparison.differences.map(\.change) == [.changed, .changed, .changed, .added])
    #expect(comparison.differences.map(\.effect) == [.display, .display, .result, .result])
    let pays = try #require(comparison.differences.first { $0.path.hasSuffix("pays") })
    #expect(pays.old?.value == "0.2")
    #expect(pays.old?.origin == "default of edition 2026-11")
    #expect(pays.new?.origin == "recipe.yaml:5:19")
    #expect(
      comparison.text.hasSuffix("results can differ: 2 of 4 differences count\n"),
      "\(comparison.text)")
    let json = try JSONSerialization.jsonObject(with: comparison.json()) as? [String: Any]
    #expect(json?["schema"] as? String == "sousvide.diff/1")
    #expect(json?["results_can_differ"] as? Bool == true)
    #expect((json?["differences"] as? [Any])?.count == 4)
  }

  @Test func whatOnlyPeopleReadChangesNoResult() throws {
    let comparison = try compare("about: {title: \"a\"}\n", "about: {title: \"b\"}\n")
    #expect(!comparison.resultsCanDiffer)
    #expect(comparison.text.hasSuffix("results cannot differ\n"))
  }

  @Test func theOrderOfSegmentsIsADifference() throws {
    let text = "sousvide: 1\n" + RecipeExample.base.replacing("sousvide: 1\n", with: "")
    let swapped = text.replacing(
      "  think: {process: reasoning}\n  answer: {process: reasoning}\n",
      with: "  answer: {process: reasoning}\n  think: {process: reasoning}\n")
    let results = [text, swapped].map {
      RecipeChecker.check(text: $0, vocabulary: TestVocabulary.all)
    }
    let comparison = RecipeComparison(results[0], results[1], vocabulary: TestVocabulary.all)
    #expect(comparison.differences.map(\.path) == ["segments"])
    #expect(comparison.differences.first?.new?.value == "in the order observation, answer, think")
  }

  @Test func aChangedKindShowsTheKeysOfBoth() throws {
    let comparison = try compare("", "rewards: {brevity: {kind: format}}\n")
    let changes = comparison.differences.map { "\($0.change) \($0.path)" }
    #expect(
      changes.prefix(3) == [
        "changed rewards.brevity.kind", "removed rewards.brevity.window",
        "removed rewards.brevity.pays",
      ])
    #expect(changes.dropFirst(3).allSatisfy { $0.hasPrefix("added rewards.brevity.") })
  }

  @Test func filesAreComparedByContent() throws {
    try withTemporaryDirectory { folder in
      func recipe(_ name: String, _ content: String) throws -> CheckResult {
        let place = folder.appendingPathComponent(name)
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        try content.write(
          to: place.appendingPathComponent("a.json"), atomically: true, encoding: .utf8)
        let text = "data:\n  lessons: {kind: records, path: a.json, media: /clips}\n"
        return RecipeChecker.check(
          text: Self.base + text, path: place.appendingPathComponent("r.yaml").path,
          vocabulary: TestVocabulary.all)
      }
      let results = [try recipe("one", "[]"), try recipe("two", "[]"), try recipe("three", "[1]")]
      let same = RecipeComparison(results[0], results[1], vocabulary: TestVocabulary.all)
      #expect(same.differences == [])
      let other = RecipeComparison(results[0], results[2], vocabulary: TestVocabulary.all)
      #expect(other.differences.map(\.path) == ["data.lessons.path"])
    }
  }
}
