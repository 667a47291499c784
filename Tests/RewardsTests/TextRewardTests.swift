import Testing

@testable import RecipeLanguage
@testable import Rewards

@Suite struct TextRewardTests {
  @Test("text_match compares the segment with the filled reference")
  func textMatch() async throws {
    let responses = try [
      complete("a", "b", " left "), complete("a", "b", "to the LEFT"), parsed("<answer>left"),
    ]
    func values(_ operation: TextMatchReward.Operation) async throws -> [Double?] {
      try await TextMatchReward(
        of: ["answer"], operation: operation, reference: Template("{item.answer}")
      ).evaluate(group("left", responses), prior: [:]).map(\.value)
    }
    #expect(try await values(.equals) == [1, 0, 0])
    #expect(try await values(.differs) == [0, 1, 0])
    #expect(try await values(.contains) == [1, 0, 0])
    #expect(try await values(.containsIgnoringCase) == [1, 1, 0])
  }

  @Test("a reference to a column that the record lacks is an error")
  func missingColumn() async throws {
    let reward = TextMatchReward(of: ["answer"], reference: Template("{item.nothing}"))
    await #expect(throws: RewardError.self) {
      try await reward.evaluate(group("left", [complete("a", "b", "c")]), prior: [:])
    }
  }

  /// The first value is that of rapidfuzz's documentation.
  @Test(
    "fuzzy_match is the share of common characters",
    arguments: [
      ("this is a test", "this is a test!", 0.9655172413793103), ("abc", "abc", 1),
      ("abc", "xyz", 0), ("", "", 1), ("", "a", 0), ("abcd", "bcde", 0.75),
    ])
  func fuzzyMatch(_ text: String, _ reference: String, _ expected: Double) {
    #expect(abs(TextSimilarity.fuzzyMatch.score(text, reference) - expected) < 1e-12)
  }

  @Test("every metric is 1 for equal texts, symmetric, and within 0...1")
  func bounds() {
    let texts = ["the red square moves left", "a blue circle", "the square moves", "left"]
    for metric in TextSimilarity.allCases {
      for one in texts {
        if one.split(separator: " ").count >= 5 { #expect(metric.score(one, one) == 1) }
        for other in texts {
          let score = metric.score(one, other)
          #expect((0...1).contains(score))
          #expect(abs(score - metric.score(other, one)) < 1e-12)
        }
      }
    }
  }

  @Test("similarity reads the segment")
  func similarity() async throws {
    let reward = SimilarityReward(
      of: ["answer"], metric: .rougeL, reference: Template("{item.answer}"))
    let found = try await reward.evaluate(
      group("left", [complete("a", "b", "left"), complete("a", "b", "up")]), prior: [:])
    #expect(found == [.value(1), .value(0)])
  }
}
