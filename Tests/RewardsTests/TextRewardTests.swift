import TestSupport
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

  @Test(
    "every metric is within 0...1; all but METEOR are 1 for equal texts, all but BLEU and METEOR symmetric"
  )
  func bounds() {
    let texts = ["the red square moves left", "a blue circle", "the square moves", "left"]
    let oneSided: [TextSimilarity] = [.bleu1, .bleu2, .bleu3, .bleu4, .meteor]
    for metric in TextSimilarity.allCases {
      for one in texts {
        if one.split(separator: " ").count >= 5, metric != .meteor {
          #expect(metric.score(one, one) == 1)
        }
        for other in texts {
          let score = metric.score(one, other)
          #expect((0...1).contains(score))
          guard !oneSided.contains(metric) else { continue }
          #expect(abs(score - metric.score(other, one)) < 1e-12)
        }
      }
    }
  }

  @Test("BLEU and METEOR equal the reference implementation's")
  func referenceScores() throws {
    let fixture = try JSONText.parse(Array(Fixtures.data("similarity_cases.json")))
    let pairs = try #require(fixture["pairs"]?.arrayValue)
    #expect(pairs.count > 50)
    for pair in pairs {
      let predicted = try #require(pair["predicted"]?.stringValue)
      let truth = try #require(pair["truth"]?.stringValue)
      let bleu = try #require(pair["bleu"]?.arrayValue).compactMap(\.doubleValue)
      for (order, expected) in zip(1...4, bleu) {
        let score = Bleu.score(predicted, truth, order: order)
        #expect(abs(score - expected) < 1e-12, "BLEU-\(order) of `\(predicted)`")
      }
      let meteor = try #require(pair["meteor"]?.doubleValue)
      #expect(abs(Meteor.score(predicted, truth) - meteor) < 1e-12, "METEOR of `\(predicted)`")
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
