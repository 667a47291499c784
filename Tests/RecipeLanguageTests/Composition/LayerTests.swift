import Foundation
import RecipeLanguage
import TestSupport
import Testing

struct LayerTests {
  static let base = GoldenTests.folder.appendingPathComponent("base.yaml").path

  static func check(_ options: CheckOptions, _ path: String = base) -> CheckResult {
    RecipeChecker.check(path: path, vocabulary: TestVocabulary.all, options: options)
  }

  private func recipe(_ settings: (path: String, value: String)...) throws -> CheckedRecipe {
    let result = Self.check(CheckOptions(settings: settings))
    return try #require(result.recipe, "\(result.diagnostics)")
  }

  @Test func settingsAreReadByTheTypeExpectedThere() throws {
    let root = try recipe(
      ("rewards.brevity.window", "2..9 tok"), ("rewards.brevity.of", "[think]"),
      ("stages.rl.sampling", "{temperature: 0.5}"), ("about.title", "12"),
      ("stages.warm.learning_rate.cosine.peak", "1.0e-4"),
      ("stages.rl.optimizer.max_gradient_norm", "1.0"),
      ("normalization.perception.scale", "none"), ("rewards.brevity.when", "correct >= 1")
    ).root
    let brevity = try root.record("rewards").record("brevity")
    #expect(try brevity.window("window").upper == 9)
    #expect(try brevity.strings("of") == ["think"])
    #expect(try brevity.expression("when").text == "correct >= 1")
    let stages = try root.record("stages")
    #expect(try stages.record("rl").record("sampling").number("temperature") == 0.5)
    #expect(try stages.record("rl").record("sampling").integer("max_new_tokens") == 72)
    #expect(try root.record("about").string("title") == "12")
    #expect(
      try stages.record("warm").schedule("learning_rate")
        == .cosine(peak: 1e-4, floor: 0, warmup: .step(30)))
    #expect(try root.record("normalization").record("perception").string("scale") == "none")
  }

  @Test func aWholeEntryCanBeAdded() throws {
    let root = try recipe(
      ("rewards.extra", "{kind: format, of: [answer], credit: reasoning}")
    ).root
    #expect(try root.record("rewards").record("extra").string("kind") == "format")
  }

  @Test func aChangedKindDropsWhatTheNewOneDoesNotKnow() throws {
    let root = try recipe(("rewards.brevity.kind", "format")).root
    #expect(try root.record("rewards").record("brevity").setting("window") == nil)
  }

  @Test(arguments: [
    ("rewrads.brevity.pays", "1", "SV2001", 7..<14),
    ("rewards.brevitty.pays", "1", "SV3001", 15..<23),
    ("rewards.brevity.window", "9 tok", "SV2304", 30..<35),
    ("rewards.brevity.window.min", "9 tok", "SV2001", 30..<33),
    ("stages.rl.learning_rate.cosine.peak", "1", "SV2001", 31..<37),
    ("stages.rl.steps", "many", "SV2003", 23..<27), ("stages..steps", "1", "SV3001", 14..<14),
    ("rewards.brevity.of", "[think", "SV1001", 1..<60),
    ("rewards.brevity.of", "[thinkk]", "SV5001", 27..<33),
  ])
  func aBadSettingIsShownWithTheArgument(
    path: String, value: String, code: String, columns: Range<Int>
  ) throws {
    let result = Self.check(CheckOptions(settings: [(path, value)]))
    let found = try #require(result.diagnostics.first)
    #expect(found.code.name == code, "\(result.diagnostics)")
    #expect(result.diagnostics.filter { $0.severity == .error }.count == 1, "\(result.diagnostics)")
    #expect(found.span.path == "<command line>")
    #expect(columns.contains(found.span.start.column) || columns.isEmpty, "\(found.span)")
    let rendered = DiagnosticRenderer(files: result.files).render(found)
    #expect(rendered.contains(" --> <command line>:1:"))
    #expect(rendered.contains("1 | --set \(path)=\(value)"))
  }

  @Test func aMisspeltPathIsCorrected() throws {
    let result = Self.check(CheckOptions(settings: [("stages.rl.optimizer.wieght_decay", "0.1")]))
    #expect(result.diagnostics.first?.help == "did you mean `weight_decay`?")
  }

  @Test func everyLayerCountsOverTheOnesBelow() throws {
    try withTemporaryDirectory { folder in
      let overlay = folder.appendingPathComponent("less.yaml")
      try "rewards:\n  brevity: {pays: 0.3, window: 1..5 tok}\n"
        .write(to: overlay, atomically: true, encoding: .utf8)
      let result = Self.check(
        CheckOptions(
          overlays: [overlay.path],
          settings: [("rewards.brevity.pays", "0.4"), ("rewards.brevity.pays", "0.6")]))
      let recipe = try #require(result.recipe, "\(result.diagnostics)")
      let brevity = try recipe.root.record("rewards").record("brevity")
      #expect(try brevity.number("pays") == 0.6)
      #expect(try brevity.window("window").upper == 5)
      let pays = try #require(brevity.setting("pays"))
      #expect(pays.provenance.replaced.map(\.text) == ["0.4", "0.3"])
      #expect(result.layer(of: pays.span) == .commandLine)
      #expect(result.layer(of: brevity.span(of: "window")) == .overlay)
      #expect(result.layer(of: brevity.span(of: "of")) == .file)
      #expect(brevity.span(of: "window").path == overlay.path)
      #expect(recipe.files.map(\.path) == [Self.base, "<command line>", overlay.path])
    }
  }

  @Test func anOverlayThatIsMissingOrExtendsIsAnError() throws {
    let missing = Self.check(CheckOptions(overlays: ["nowhere.yaml"]))
    #expect(missing.diagnostics.map(\.code.slug) == ["cannot-read"])
    #expect(missing.diagnostics.first?.span.path == "<command line>")
    let extending = GoldenTests.folder.appendingPathComponent("unused.yaml").path
    let result = Self.check(CheckOptions(overlays: [extending]))
    #expect(result.diagnostics.map(\.code.slug) == ["overlay-extends"])
    #expect(result.diagnostics.first?.span.path == extending)
  }

  @Test func anOverlayEqualToTheFileChangesNothing() throws {
    let plain = try #require(Self.check(CheckOptions()).recipe)
    let overlaid = try #require(Self.check(CheckOptions(overlays: [Self.base])).recipe)
    #expect(plain.root.canonicalText == overlaid.root.canonicalText)
  }

  @Test func settingThePresentValueChangesNothing() throws {
    let plain = Self.check(CheckOptions())
    for place in plain.places where !place.path.contains("[") && !place.path.isEmpty {
      guard let setting = place.setting else { continue }
      if case .record = setting.value { continue }
      let file = try #require(plain.files.first { $0.path == place.span.path })
      let text = String(decoding: file.bytes[place.span.bytes], as: UTF8.self)
      let result = Self.check(CheckOptions(settings: [(place.path, text)]))
      let again = try #require(result.recipe, "\(place.path): \(result.diagnostics)")
      #expect(again.root.canonicalText == plain.recipe?.root.canonicalText, "\(place.path)")
    }
  }
}
