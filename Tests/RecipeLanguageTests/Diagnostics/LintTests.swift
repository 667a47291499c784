import Testing

@testable import RecipeLanguage

struct LintTests {
  private func findings(_ sections: String) -> [Diagnostic] {
    RecipeChecker.check(
      text: RecipeExample.sections(sections).text, vocabulary: TestVocabulary.all
    ).diagnostics.filter { $0.severity != .note }
  }

  private func spare(_ comment: String = "") -> String {
    """
    schedules:
      rate: {linear: {from: 5.0e-4, to: 5.0e-5}}
      \(comment)
      spare: {linear: {from: 5.0e-4, to: 5.0e-5}}
    """
  }

  @Test func aWarningBecomesAnError() {
    let found = findings("lint: {deny: [SV3002]}\n" + spare())
    #expect(found.map(\.code) == [.unusedDeclaration])
    #expect(found.map(\.severity) == [.error])
  }

  @Test func anErrorOfMeaningBecomesAWarning() {
    let stages = RecipeExample.base.split(separator: "stages:").last ?? ""
    let text = "stages:" + stages.replacing("group_size: 8", with: "group_size: 1")
    #expect(findings(text).contains { $0.code == .groupOfOne && $0.severity == .error })
    let lowered = findings("lint: {warn: [SV5301]}\n" + text)
    #expect(lowered.contains { $0.code == .groupOfOne && $0.severity == .warning })
    #expect(!lowered.contains { $0.severity == .error })
  }

  @Test func aFindingIsAllowedByKeyOrByComment() {
    #expect(findings("lint: {allow: {SV3002: \"kept\"}}\n" + spare()) == [])
    #expect(findings(spare("# sousvide: allow(SV3002) kept")) == [])
    #expect(findings(spare("# sousvide: allow(SV3002) kept\n  # in reserve")) == [])
  }

  @Test func anErrorThatLeavesNoMeaningStays() {
    for text in [
      "lint: {allow: {SV2001: \"notes\"}}\nrun: {nmae: x}",
      "lint: {warn: [SV2001]}\nrun: {nmae: x}",
      "run: {nmae: x} # sousvide: allow(SV2001) notes",
    ] {
      let found = findings(text)
      #expect(found.map(\.code) == [.unknownKey])
      #expect(found.map(\.severity) == [.error])
    }
  }

  /// While something is wrong, checks are silent: a comment may still be of use.
  @Test func unusedCommentsAreReportedOnlyWhenEverythingWasChecked() {
    #expect(findings("run: {seed: 1} # sousvide: allow(SV3002) x").map(\.code) == [.unusedAllow])
    #expect(
      findings("run: {sead: 1} # sousvide: allow(SV3002) x").map(\.code) == [.unknownKey])
  }

  @Test func commentsInsideTextAreText() {
    #expect(findings("about: {title: \"# sousvide: alow(SV1)\"}") == [])
  }
}
