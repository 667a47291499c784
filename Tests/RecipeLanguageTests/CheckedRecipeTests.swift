import Foundation
import RecipeLanguage
import TestSupport
import Testing

struct CheckedRecipeTests {
  private func base(_ changes: String = "") throws -> CheckedRecipe {
    let text = "extends: \(GoldenTests.folder.path)/base.yaml\n\(changes)"
    let result = RecipeChecker.check(text: text, vocabulary: TestVocabulary.all)
    return try #require(result.recipe, "\(result.diagnostics)")
  }

  @Test func valuesHaveTheTypesOfTheirSchema() throws {
    let recipe = try base()
    let stages = try recipe.root.record("stages")
    let rl = try stages.record("rl")
    #expect(try rl.integer("group_size") == 8)
    #expect(try rl.record("sampling").integer("max_new_tokens") == 72)
    #expect(try rl.record("sampling").quantity("max_new_tokens").unit == .token)
    #expect(
      try rl.schedule("learning_rate") == .linear(from: 5.0e-4, to: 5.0e-5, warmup: .step(15)))
    #expect(
      try stages.record("warm").schedule("learning_rate")
        == .cosine(peak: 2.0e-3, floor: 0, warmup: .step(30)))
    #expect(try rl.record("optimizer").numbers("betas") == [0.9, 0.98])
    #expect(try recipe.root.record("data").record("lessons").number("wrong_answers") == 0.1)
    let brevity = try recipe.root.record("rewards").record("brevity")
    #expect(try brevity.window("window") == Window(lower: 4, upper: 24, unit: .token))
    #expect(try brevity.window("window").contains(24))
    #expect(try brevity.strings("of") == ["think", "answer"])
    #expect(try recipe.root.record("model").path("from") == .word("scratch"))
    #expect(
      try recipe.root.record("model").record("text").integers("mrope_section") == [4, 6, 6])
    #expect(recipe.rewards.map(\.name) == ["sufficient", "correct", "brevity"])
    #expect(recipe.evaluations.map(\.path) == ["eval.held_out"])
  }

  @Test func defaultsAreFilledInAndKnownAsSuch() throws {
    let recipe = try base()
    let observation = try recipe.root.record("segments").record("observation")
    #expect(try observation.string("open") == "<observation>")
    #expect(try observation.string("close") == "</observation>")
    #expect(observation.setting("open")?.origin == .default)
    #expect(observation.setting("process")?.origin == .written)
    let optimizer = try recipe.root.record("stages").record("warm").record("optimizer")
    #expect(try optimizer.numbers("betas") == [0.9, 0.999])
    #expect(optimizer.setting("max_gradient_norm")?.value == SettingValue.none)
    #expect(!optimizer.has("max_gradient_norm"))
    #expect(optimizer.optionalNumber("max_gradient_norm") == nil)
    #expect(try recipe.root.record("rewards").record("brevity").number("pays") == 0.2)
  }

  @Test func everyProcessIsNormalized() throws {
    let recipe = try base()
    #expect(recipe.processes == ["perception", "reasoning"])
    #expect(Set(recipe.normalization.map(\.name)) == ["perception", "reasoning"])
    let scopes = try recipe.root.record("normalization")
    #expect(try scopes.record("perception").string("scale") == "std")
    #expect(try scopes.record("reasoning").string("scale") == "none")
    #expect(try scopes.record("perception").number("epsilon") == 1e-4)
  }

  @Test func aReaderThatDriftedFromItsSchemaGetsAnErrorNotACrash() throws {
    let root = try base().root
    #expect(throws: RecordError.self) { try root.window("edition") }
    #expect(throws: RecordError.self) { try root.record("stages").record("nothing") }
  }

  @Test func recordsMergeByKeyAndListsReplace() throws {
    let recipe = try base(
      """
      rewards:
        brevity: {of: [think], pays: 0.5}
        extra: {kind: format, of: [answer], credit: reasoning}
      stages:
        rl: {learning_rate: 1.0e-4, optimizer: {weight_decay: 0.1}}
      """)
    let brevity = try recipe.root.record("rewards").record("brevity")
    #expect(try brevity.strings("of") == ["think"])
    #expect(try brevity.window("window").lower == 4)
    #expect(recipe.rewards.map(\.name) == ["sufficient", "correct", "brevity", "extra"])
    let rl = try recipe.root.record("stages").record("rl")
    #expect(try rl.schedule("learning_rate") == .constant(1e-4))
    #expect(try rl.record("optimizer").numbers("betas") == [0.9, 0.98])
    #expect(brevity.span(of: "of").path == "recipe.yaml")
    #expect(brevity.span(of: "window").path.hasSuffix("base.yaml"))
  }

  @Test func aChangedKindInheritsOnlyTheKeysThatItHasToo() throws {
    let recipe = try base("rewards:\n  brevity: {kind: format, of: [answer]}")
    let brevity = try recipe.root.record("rewards").record("brevity")
    #expect(brevity.setting("window") == nil)
    #expect(try brevity.strings("of") == ["answer"])
    #expect(try brevity.string("credit") == "reasoning")
  }

  @Test func aScheduleOfAnotherFormReplacesTheInheritedOne() throws {
    let recipe = try base("schedules:\n  rl_rate: {cosine: {peak: 1.0e-3}}")
    let rl = try recipe.root.record("stages").record("rl")
    #expect(try rl.schedule("learning_rate") == .cosine(peak: 1e-3, floor: 0, warmup: .step(0)))
  }

  @Test func pathsAreRelativeToTheFileThatWritesThem() throws {
    try withTemporaryDirectory { folder in
      let inner = folder.appendingPathComponent("inner")
      try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
      let parent = """
        extends: \(GoldenTests.folder.path)/base.yaml
        data:
          lessons: {kind: records, path: lessons.json, media: ../clips}
        """
      try parent.write(
        to: inner.appendingPathComponent("parent.yaml"), atomically: true, encoding: .utf8)
      let child = folder.appendingPathComponent("child.yaml")
      try "extends: inner/parent.yaml\n".write(to: child, atomically: true, encoding: .utf8)
      let result = RecipeChecker.check(file: child, vocabulary: TestVocabulary.all)
      let lessons = try #require(result.recipe, "\(result.diagnostics)")
        .root.record("data").record("lessons")
      #expect(
        try lessons.path("path")
          == .file(written: "inner/lessons.json", resolved: "\(inner.path)/lessons.json"))
      #expect(
        try lessons.path("media")
          == .file(written: "clips", resolved: "\(folder.path)/clips"))
    }
  }

  @Test func canonicalTextIgnoresSpellingAndOrderButNotValues() throws {
    let a = try base("data:\n  lessons: {wrong_answers: 10%, clips: 3000}")
    let b = try base("data:\n  lessons: {clips: 3000, wrong_answers: 0.10}")
    let c = try base("data:\n  lessons: {clips: 3001}")
    #expect(
      a.root.optionalRecord("data")?.canonicalText == b.root.optionalRecord("data")?.canonicalText)
    #expect(
      a.root.optionalRecord("data")?.canonicalText != c.root.optionalRecord("data")?.canonicalText)
    let scope = try a.root.record("normalization").record("reasoning")
    #expect(
      scope.canonicalText
        == #"{"abstention":"response","aggregate":"sum_then_normalize","center":"mean","decay":0.99,"#
        + #""epsilon":0.0001,"minimum_count":2,"over":"group","scale":"none","std":"sample","#
        + #""tolerance":0.0,"whiten":true,"zero_variance":"keep"}"#)
  }

  @Test func extensionsAreNeverInterpreted() throws {
    let recipe = try base("x-team: {anything: [goes, 12]}\nrun: {x-note: 5}")
    #expect(recipe.root.setting("x-team") == nil)
  }
}
