import RecipeLanguage
import Testing

struct PlaceTests {
  private func check(_ changes: String) -> CheckResult {
    RecipeChecker.check(
      text: "extends: \(GoldenTests.folder.path)/base.yaml\n\(changes)",
      vocabulary: TestVocabulary.all)
  }

  @Test func everyKeyHasAPlaceWithItsSchema() throws {
    let result = check("rewards:\n  brevity: {pays: 0.5}\n")
    let brevity = try #require(result.places.first { $0.path == "rewards.brevity" })
    #expect(brevity.kind?.name == "length")
    #expect(brevity.field == nil)
    let pays = try #require(result.places.first { $0.path == "rewards.brevity.pays" })
    #expect(pays.field?.summary == "value inside the window")
    #expect(pays.setting?.value == .number(0.5))
    #expect(pays.keySpan.start == SourcePosition(line: 3, column: 13))
    #expect(result.places.contains { $0.path == "rewards.brevity.of[1]" })
    #expect(Set(result.places.map(\.path)).count == result.places.count)
  }

  @Test func whatIsInsideAValueFollowsIt() throws {
    let paths = check("").places.map(\.path)
    let stage = try #require(paths.firstIndex(of: "stages.rl"))
    let key = try #require(paths.firstIndex(of: "stages.rl.steps"))
    #expect(stage < key)
  }

  @Test func referencesAndDefinitionsShareNames() throws {
    let result = check("")
    func uses(_ section: Section, _ name: String) -> [String] {
      result.references.filter { $0.section == section && $0.name == name }.map(\.path)
    }
    #expect(uses(.rewards, "correct") == ["rewards.brevity.when"])
    #expect(uses(.schedules, "rl_rate") == ["stages.rl.learning_rate"])
    #expect(
      uses(.segments, "observation")
        == ["judges.sufficiency.sees[2]", "rewards.sufficient.of[0]"])
    #expect(
      Set(uses(.processes, "reasoning")) == [
        "rewards.correct.credit", "rewards.brevity.credit", "normalization.reasoning",
        "segments.answer.process",
      ])
    #expect(uses(.stages, "warm") == ["stages.rl.init", "eval.held_out.after[0]"])
    for reference in result.references {
      let file = try #require(result.files.first { $0.path == reference.span.path })
      let text = String(decoding: file.bytes[reference.span.bytes], as: UTF8.self)
      #expect(text == reference.name)
      #expect(
        result.definitions.contains {
          $0.section == reference.section && $0.name == reference.name
        })
    }
  }

  @Test func aBrokenRecipeStillHasPlacesAndNames() throws {
    let result = check("rewards:\n  brevity: {pays: much, of: [thnk]}\nstages: {rl: {steps: no}}\n")
    #expect(result.recipe == nil)
    #expect(result.root?.optionalRecord("rewards")?.optionalRecord("brevity") != nil)
    #expect(result.outline?.stage("warm") != nil)
    let pays = try #require(result.places.first { $0.path == "rewards.brevity.pays" })
    #expect(pays.setting == nil)
    #expect(result.definitions.contains { $0.section == .rewards && $0.name == "brevity" })
  }
}
