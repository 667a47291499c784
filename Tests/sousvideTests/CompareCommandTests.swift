import Experiments
import Foundation
import Testing

@testable import sousvide

@Suite("sousvide compare")
struct CompareCommandTests {
  /// A run of a recipe with some changes, that trained nothing.
  private func make(
    _ name: String, in folder: URL, _ changes: [(String, String)] = [], accuracy: Double
  ) throws {
    let recipe = changes.reduce(SignalTests.RunCommandTests.recipe) {
      $0.replacing($1.0, with: $1.1)
    }
    let run = try RunDirectory.create(
      at: folder.appendingPathComponent(name), recipe: RecipeRecord(text: recipe))
    let line =
      #"{"evaluation":"check","kind":"evaluation","stage":"rl","step":2,"values":{"accuracy":"#
      + "\(accuracy)}}\n"
    try run.write(Data(line.utf8), to: .metrics)
  }

  @Test func settingsAndResultsAreSideBySide() async throws {
    try await with([:]) { folder in
      try make("a", in: folder, accuracy: 0.5)
      try make("b", in: folder, [("group_size: 4", "group_size: 8")], accuracy: 0.75)
      try make("c", in: folder, [("steps: 12", "steps: 13")], accuracy: 0.25)
      let result = await sousvide("compare", "a", "b", "c", "--runs", folder.path)
      #expect(result.code == 0, "\(result.error)")
      let lines = result.output.split(separator: "\n").map { line in
        line.split(separator: " ").joined(separator: " ")
      }
      #expect(lines.contains("stages.rl.group_size 4 8 4"), "\(result.output)")
      #expect(lines.contains("stages.cold.steps 12 12 13"))
      #expect(lines.contains("check, after rl"))
      #expect(lines.contains("accuracy 50.0% 75.0% 25.0%"))
      let json = await sousvide("compare", "a", "b", "--runs", folder.path, "--json")
      #expect(json.output.contains("\"schema\" : \"sousvide.compare/1\""), "\(json.output)")
      #expect(json.output.contains("\"changes_results\" : true"))
    }
  }

  @Test func aRecipeThatCannotBeReadIsSaidAndResultsAreCompared() async throws {
    try await with([:]) { folder in
      try make("a", in: folder, accuracy: 0.5)
      try make("b", in: folder, [("group_size: 4", "group_sise: 4")], accuracy: 0.75)
      let result = await sousvide("compare", "a", "b", "--runs", folder.path)
      #expect(result.code == 0)
      #expect(
        result.error.contains("the settings of b are not compared, because its recipe has errors"))
      #expect(result.output.contains("75.0%"))
    }
  }

  @Test func oneRunIsNotEnough() async {
    let result = await sousvide("compare", "a")
    #expect(result.code == 2 && result.error.contains("one run is not enough"), "\(result.error)")
  }
}
