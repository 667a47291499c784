import Foundation
import TestSupport
import Testing

@testable import RecipeLanguage

struct ResolvedRecipeTests {
  /// Recipes that use every way to compose and every type of value.
  static let recipes: [String] = [
    RecipeExample.base,
    "extends: \(LayerTests.base)\n",
    """
    extends: \(LayerTests.base)
    about: {title: "a \\"b\\" \\\\ $${c}: # ☃\\n", authors: ["12", "true", "no", "1e5", " x"]}
    params:
      paid: {type: window<tok>, default: 8..32 tok}
      rate: {type: number, default: 1.0e-12}
    segments:
      note: {process: reasoning, open: "[[", close: "- x: y"}
    rewards:
      brevity:
        window: "${params.paid}"
        pays: "${params.rate}"
        when: "if(correct > 0, sufficient >= 0.5, false) and not correct < 1"
    schedules:
      slow: {cosine: {peak: 1.0e-7, floor: 123456789012345678.0, warmup: 3 step}}
    checks:
      wide: {assert: "params.paid.width >= 8 tok", message: "the window is too narrow"}
    stages:
      warm: {learning_rate: schedules.slow, optimizer: {max_gradient_norm: none}}
      rl: {kl: {coefficient: {linear: {from: 0, to: 0.25}}, reference: warm}}
    x-team: 1
    """,
  ]

  private func check(_ text: String) throws -> CheckedRecipe {
    let result = RecipeChecker.check(text: text, vocabulary: TestVocabulary.all)
    return try #require(
      result.recipe,
      "\(text)\n\(DiagnosticRenderer(files: result.files).render(result.diagnostics))")
  }

  @Test(arguments: recipes)
  func itChecksToAnEqualRecipe(text: String) throws {
    let recipe = try check(text)
    let resolved = ResolvedRecipe(recipe, vocabulary: TestVocabulary.all)
    let again = try check(resolved.yaml)
    #expect(again.root.canonicalText == recipe.root.canonicalText)
    #expect(again.root.optionalRecord("about") == nil || recipe.root.has("about"))
    #expect(
      try again.root.optionalRecord("about")?.string("title")
        == recipe.root.optionalRecord("about")?.string("title"))
    #expect(again.root.setting("extends") == nil)
    #expect(again.root.setting("params") == nil)
    let json = try check(resolved.json)
    #expect(json.root.canonicalText == recipe.root.canonicalText)
    let data = Data(resolved.json.utf8)
    #expect(try JSONSerialization.jsonObject(with: data) is [String: Any])
  }

  @Test(arguments: recipes)
  func resolvingTwiceIsResolvingOnce(text: String) throws {
    let once = ResolvedRecipe(try check(text), vocabulary: TestVocabulary.all).yaml
    let twice = ResolvedRecipe(try check(once), vocabulary: TestVocabulary.all).yaml
    #expect(once == twice)
  }

  @Test func defaultsAndReferencesAreWrittenOut() throws {
    let yaml = ResolvedRecipe(try check(Self.recipes[1]), vocabulary: TestVocabulary.all).yaml
    #expect(yaml.hasPrefix("sousvide: 1\nedition: 2026-11\nabout:\n  title: A base to extend\n"))
    #expect(yaml.contains("    close: \"</think>\"\n"))
    #expect(yaml.contains("    learning_rate: schedules.rl_rate\n"))
    #expect(yaml.contains("  perception:\n    over: group\n"))
  }

  @Test func everyLineSaysWhereItsValueComesFrom() throws {
    let result = RecipeChecker.check(
      text: Self.recipes[2], vocabulary: TestVocabulary.all,
      options: CheckOptions(settings: [("run.seed", "9")]))
    let recipe = try #require(result.recipe)
    let yaml = ResolvedRecipe(recipe, vocabulary: TestVocabulary.all, provenance: result).yaml
    #expect(yaml.contains("  seed: 9  # --set run.seed=9\n"))
    #expect(
      yaml.contains(
        "    window: 8..32 tok  # recipe.yaml:10:13, from params.paid (recipe.yaml:4:38)\n"))
    #expect(yaml.contains("    clip: 0.2  # default of edition 2026-11\n"))
    #expect(yaml.contains("  frames: 8  # \(LayerTests.base):"))
    let again = try check(yaml)
    #expect(again.root.canonicalText == recipe.root.canonicalText)
  }

  @Test func pathsStillPointToTheSameFiles() throws {
    try withTemporaryDirectory { folder in
      let inner = folder.appendingPathComponent("inner")
      try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
      try "extends: \(LayerTests.base)\ndata:\n  lessons: {kind: records, path: a.json, media: m}\n"
        .write(to: inner.appendingPathComponent("parent.yaml"), atomically: true, encoding: .utf8)
      let child = folder.appendingPathComponent("child.yaml")
      try "extends: inner/parent.yaml\n".write(to: child, atomically: true, encoding: .utf8)
      let result = RecipeChecker.check(file: child, vocabulary: TestVocabulary.all)
      let recipe = try #require(result.recipe, "\(result.diagnostics)")
      let beside = folder.appendingPathComponent("resolved.yaml")
      let elsewhere = inner.appendingPathComponent("deep/resolved.yaml")
      for target in [beside, elsewhere] {
        let yaml = ResolvedRecipe(recipe, vocabulary: TestVocabulary.all, target: target.path).yaml
        let again = RecipeChecker.check(
          text: yaml, path: target.path, vocabulary: TestVocabulary.all)
        guard
          case .file(_, let resolved)? = again.root?.optionalRecord("data")?
            .optionalRecord("lessons")?.optionalPath("path")
        else {
          Issue.record("\(again.diagnostics)")
          continue
        }
        #expect(resolved == inner.appendingPathComponent("a.json").path)
      }
      let yaml = ResolvedRecipe(recipe, vocabulary: TestVocabulary.all).yaml
      #expect(yaml.contains("path: inner/a.json"))
      let again = RecipeChecker.check(text: yaml, path: beside.path, vocabulary: TestVocabulary.all)
      #expect(again.recipe?.root.canonicalText == recipe.root.canonicalText)
    }
  }

  @Test(arguments: [
    0, 1, -1, 0.1, 1e-6, 1.5e-300, 1e22, 123_456_789, -2.5e8, .greatestFiniteMagnitude,
  ])
  func numbersReadBackEqual(value: Double) {
    let text = RecipeText.number(value)
    #expect(Double(text) == value)
    #expect(PlainScalar(text) == .number, "\(text)")
  }
}
