import Testing

@testable import RecipeLanguage

/// What normalization makes of rewards, found before anything runs.
struct NormalizationChecksTests {
  @Test(arguments: [(0.18, 2, 0.2952), (0.18, 4, 0.5468), (0.18, 8, 0.7956), (0.18, 16, 0.9582)])
  func theShareOfInformativeGroupsFollowsFromThePassRate(
    rate: Double, size: Int, expected: Double
  ) {
    let share = InformativeGroups.share(passRate: rate, groupSize: size)
    #expect(abs(share - expected) < 1e-4)
  }

  @Test func theSmallestGroupThatIsEnoughIsProposed() {
    #expect(InformativeGroups.size(passRate: 0.5) == 2)
    #expect(InformativeGroups.size(passRate: 0.18) == 4)
    #expect(InformativeGroups.size(passRate: 0) == nil)
    #expect(InformativeGroups.size(passRate: 1) == nil)
  }

  @Test func aHopelessPassRateGetsNoGroupSize() throws {
    let found = reported(
      ExampleStages.text(), facts: StatedFacts(passRates: ["questions": 0]),
      "few-informative-groups")
    let finding = try #require(found.first)
    #expect(finding.message.hasPrefix("only 0% of the groups"))
    #expect(finding.help?.hasPrefix("no group size up to 256 would do") == true)
    #expect(finding.fixes.isEmpty)
    #expect(finding.confidence == .facts)
  }

  @Test func aGroupSmallerThanTheMinimumCountIsRefused() throws {
    let found = reported(
      """
      normalization:
        perception: {minimum_count: 16, zero_variance: drop}
        reasoning: {zero_variance: drop}
      """, "group-of-one")
    let finding = try #require(found.first)
    #expect(finding.message.contains("needs 16 rewards to be normalized, a group has 8"))
    #expect(finding.secondary.count == 1)
  }

  @Test func aGroupOfOneMayTrainOnItsRewardAlone() {
    let text =
      ExampleStages.text(groupSize: 1) + """

        normalization:
          perception: {center: none, scale: none, minimum_count: 1}
          reasoning: {center: none, scale: none, minimum_count: 1}
        """
    #expect(reported(text, "group-of-one").isEmpty)
  }

  @Test func theMinimumCountIsMendedSafely() throws {
    let found = reported(
      "normalization:\n  perception: {minimum_count: 1, zero_variance: drop}",
      "sample-deviation-of-one")
    let fix = try #require(found.first?.fixes.first)
    #expect(fix.isSafe && fix.edits.map(\.replacement) == ["2"])
    #expect(
      reported(
        "normalization:\n  perception: {minimum_count: 1, std: population, zero_variance: drop}",
        "sample-deviation-of-one"
      ).isEmpty)
  }

  @Test func aPenaltyThatNeverPullsLeavesFlatGroupsAlone() {
    let normalization = "\nnormalization:\n  perception: {scale: std}\n  reasoning: {scale: std}"
    func count(_ kl: String) -> Int {
      reported(ExampleStages.text(kl: kl) + normalization, "penalty-on-flat-groups").count
    }
    #expect(count("coefficient: 0.04, reference: warm") == 1)
    #expect(count("coefficient: {linear: {from: 0.0, to: 0.04}}, reference: warm") == 1)
    #expect(count("coefficient: 0") == 0)
  }

  @Test func weightsThatDifferAreKept() {
    func rewards(_ weight: String) -> String {
      """
      rewards:
        found: {kind: format, of: [observation], credit: perception}
        correct: {kind: accuracy, of: [answer], weight: \(weight), credit: reasoning, primary: true}
      judges: {}
      """
    }
    #expect(reported(rewards("2"), "cancelled-weight").count == 1)
    #expect(reported(rewards("1"), "cancelled-weight").isEmpty)
    #expect(reported(rewards("{linear: {from: 2, to: 1}}"), "cancelled-weight").isEmpty)
  }
}

/// The findings of one slug about an example.
func reported(
  _ sections: String, facts: StatedFacts = StatedFacts(), _ slug: String
) -> [Diagnostic] {
  RecipeChecker.check(
    text: RecipeExample.sections(sections).text, vocabulary: TestVocabulary.all,
    options: CheckOptions(facts: { _ in facts })
  ).diagnostics.filter { $0.code.slug == slug }
}
