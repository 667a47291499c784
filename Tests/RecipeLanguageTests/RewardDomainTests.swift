import Foundation
import Testing

@testable import RecipeLanguage

/// What the gates, formulas and weights of a recipe make of its rewards.
struct RewardDomainTests {
  private func outline(_ rewards: String) throws -> RecipeOutline {
    let text = "extends: \(GoldenTests.folder.path)/base.yaml\nrewards:\n\(rewards)"
    let result = RecipeChecker.check(text: text, vocabulary: TestVocabulary.all)
    return try #require(result.outline)
  }

  @Test func aGateAddsZeroUnlessItAlwaysHolds() throws {
    let outline = try outline(
      """
        tidy: {kind: format, of: [think], credit: reasoning}
        open: {kind: length, of: [think], window: 1..9 tok, when: tidy >= 0, credit: reasoning}
        often: {kind: expression, value: 2 + tidy, when: correct > 0, credit: reasoning}
        never: {kind: expression, value: 2 + tidy, when: tidy > 1, credit: reasoning}
      """)
    let domains = RewardDomains(outline.rewards, groupSize: 8)
    #expect(domains["open"]?.support == [0, 0.2])
    #expect(domains["often"]?.support == [0, 2, 3])
    #expect(domains.ungated("often")?.support == [2, 3])
    #expect(domains["never"]?.support == [0])
    #expect(domains.gate(of: "never")?.isAlwaysFalse == true)
    #expect(outline.reward("often")?.signature.support == [2, 3])
    #expect(outline.reward("often")?.signature.reads == ["think"])
  }

  @Test func theGateOfAGroupKnowsHowManyThereAre() throws {
    let outline = try outline(
      """
        tidy: {kind: format, of: [think], group_when: count(correct > 0) >= 9, credit: reasoning}
      """)
    #expect(RewardDomains(outline.rewards, groupSize: 8)["tidy"]?.support == [0])
    #expect(RewardDomains(outline.rewards, groupSize: 9)["tidy"]?.support == [0, 1])
  }

  @Test func aWeightScalesWhatIsSummedAndNotWhatIsRead() throws {
    let outline = try outline(
      """
        tidy: {kind: format, of: [think], credit: reasoning, weight: 0.5}
        later:
          kind: format
          of: [think]
          credit: reasoning
          weight: {piecewise: {points: [{at: 0 step, value: 0}, {at: 20 step, value: 2}]}}
      """)
    let domains = RewardDomains(outline.rewards)
    let tidy = try #require(outline.reward("tidy"))
    let later = try #require(outline.reward("later"))
    #expect(domains["tidy"]?.support == [0, 1])
    #expect(domains.contribution(tidy)?.support == [0, 0.5])
    #expect(domains.contribution(later)?.range == 0...2)
  }
}
