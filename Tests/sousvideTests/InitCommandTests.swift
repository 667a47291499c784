import Foundation
import RecipeLanguage
import Testing
import TrainingGraph

@testable import sousvide

struct InitCommandTests {
  @Test(arguments: RecipeTemplate.allCases)
  func aTemplatePassesCheckWithoutAWarning(_ template: RecipeTemplate) throws {
    let result = RecipeChecker.check(
      text: template.text(named: "mine"), vocabulary: .standard, options: .standard)
    let found = result.diagnostics.filter { $0.severity != .note }
    #expect(found == [], "\(DiagnosticRenderer(files: result.files).render(found))")
    let recipe = try #require(result.recipe)
    #expect(try !Lowering.lower(recipe).nodes.isEmpty)
  }

  @Test func aFileIsWrittenOnceAndNeverOverwritten() async throws {
    let folder = try temporaryFolder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("my_recipe.yaml").path
    for (words, code) in [
      (["init", "sft", "--into", path], Int32(0)), (["init", "--into", path], 1),
    ] {
      let recording = Recording()
      let result = await Sousvide.tool.run(words, on: recording.console())
      #expect(result.rawValue == code, "\(recording.error)")
    }
    let text = try String(contentsOfFile: path, encoding: .utf8)
    #expect(text.contains("run: {name: my_recipe, seed: 1}"))
    #expect(text == RecipeTemplate.sft.text(named: "my_recipe"))
  }

  @Test func aMisspeltTemplateIsSuggested() async {
    let recording = Recording()
    let code = await Sousvide.tool.run(["init", "grpoo"], on: recording.console())
    #expect(code == .usage)
    #expect(recording.error.contains("did you mean `grpo`?"))
  }
}
