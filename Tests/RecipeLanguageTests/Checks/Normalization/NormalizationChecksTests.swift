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
    let found = findings(
      "few-informative-groups", ExampleStages.text(),
      facts: StatedFacts(passRates: ["questions": 0]))
    let finding = try #require(found.first)
    #expect(finding.message.hasPrefix("only 0% of the groups"))
    #expect(finding.help?.hasPrefix("no group size up to 256 would do") == true)
    #expect(finding.fixes.isEmpty)
    #expect(finding.confidence == .facts)
  }

  @Test func aGroupSmallerThanTheMinimumCountIsRefused() throws {
    let found = findings(
      "group-of-one",
      """
      normalization:
        perception: {minimum_count: 16, zero_variance: drop}
        reasoning: {zero_variance: drop}
      """)
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
    #expect(findings("group-of-one", text).isEmpty)
  }

  @Test func theMinimumCountIsMendedSafely() throws {
    let found = findings(
      "sample-deviation-of-one",
      "normalization:\n  perception: {minimum_count: 1, zero_variance: drop}")
    let fix = try #require(found.first?.fixes.first)
    #expect(fix.isSafe && fix.edits.map(\.replacement) == ["2"])
    #expect(
      findings(
        "sample-deviation-of-one",
        "normalization:\n  perception: {minimum_count: 1, std: population, zero_variance: drop}"
      ).isEmpty)
  }

  @Test func aPenaltyThatNeverPullsLeavesFlatGroupsAlone() {
    let normalization = "\nnormalization:\n  perception: {scale: std}\n  reasoning: {scale: std}"
    func count(_ kl: String) -> Int {
      findings("penalty-on-flat-groups", ExampleStages.text(kl: kl) + normalization).count
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
    #expect(findings("cancelled-weight", rewards("2")).count == 1)
    #expect(findings("cancelled-weight", rewards("1")).isEmpty)
    #expect(findings("cancelled-weight", rewards("{linear: {from: 2, to: 1}}")).isEmpty)
  }

  @Test func aProfileSetsTheDefaultsOfItsScopeAndWhatIsWrittenWins() throws {
    func scope(_ settings: String) throws -> Record {
      let text = "normalization:\n  perception: {\(settings)}"
      let result = RecipeChecker.check(
        text: RecipeExample.sections(text).text, vocabulary: TestVocabulary.all)
      let recipe = try #require(result.recipe, "\(result.diagnostics.map(\.message))")
      return try #require(recipe.normalization.first { $0.name == "perception" })
    }
    let plain = try scope("profile: nemo-rl")
    #expect(plain.optionalString("center") == "leave_one_out")
    #expect(plain.setting("center")?.origin == .default)
    let own = try scope("profile: nemo-rl, center: mean")
    #expect(own.optionalString("center") == "mean")
    #expect(own.optionalString("scale") == "leave_one_out")
    #expect(own.optionalNumber("epsilon") == 1e-6)
    #expect(try scope("std: sample").optionalString("center") == "mean")
  }

  @Test(arguments: [
    ("over: running, center: leave_one_out", 1), ("over: running, scale: leave_one_out", 1),
    ("scale_over: batch, scale: leave_one_out", 1), ("center: leave_one_out", 0),
    ("over: batch, center: leave_one_out", 0),
  ])
  func whatIsRememberedHasNoResponseToLeaveOut(settings: String, count: Int) {
    let text = "normalization:\n  perception: {\(settings), zero_variance: drop}"
    #expect(findings("leave-one-out-of-running", text).count == count)
  }

  @Test(arguments: [
    ("whiten: false", 1), ("decay: 0.5", 1), ("over: running, decay: 0.5", 0),
    ("aggregate: normalize_then_sum, whiten: false", 0), ("scale: none, scale_over: batch", 1),
  ])
  func settingsThatChangeNothingAreFound(settings: String, count: Int) {
    let text = "normalization:\n  perception: {\(settings), zero_variance: drop}"
    #expect(findings("setting-without-effect", text).count == count)
  }
}
