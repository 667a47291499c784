import Experiments
import Foundation
import Testing

@testable import sousvide

@Suite("sousvide report")
struct ReportCommandTests {
  private func make(
    _ name: String, in folder: URL, _ changes: [(String, String)] = []
  ) throws {
    let recipe = changes.reduce(SignalTests.RunCommandTests.recipe) {
      $0.replacing($1.0, with: $1.1)
    }
    let run = try RunDirectory.create(
      at: folder.appendingPathComponent(name), recipe: RecipeRecord(text: recipe))
    let line =
      #"{"evaluation":"check","kind":"evaluation","stage":"rl","step":2,"values":{"accuracy":0.5}}"#
    try run.write(Data((line + "\n").utf8), to: .metrics)
  }

  @Test func `one run has its report in its folder, or where it is asked for`() async throws {
    try await with([:]) { folder in
      try make("a", in: folder)
      let result = await sousvide("report", "a", "--runs", folder.path)
      let page = folder.appendingPathComponent("a/report.html").path
      #expect(result.code == 0 && result.output == page + "\n", "\(result.error)")
      let other = folder.appendingPathComponent("other.html").path
      let json = await sousvide("report", folder.path + "/a", "-o", other, "--json")
      #expect(json.output.contains("\"file\" : \"\(other)\""), "\(json.output)")
      #expect(
        try Data(contentsOf: URL(fileURLWithPath: page)).elementsEqual(
          try Data(contentsOf: URL(fileURLWithPath: other))))
    }
  }

  @Test func `several runs have one page with the settings that mean something else`() async throws
  {
    try await with([:]) { folder in
      try make("a", in: folder)
      try make("b", in: folder, [("group_size: 4", "group_size: 8")])
      try make("c", in: folder, [("group_size: 4", "group_sise: 4")])
      let result = await sousvide("report", "a", "b", "c", "--runs", folder.path)
      #expect(result.code == 0, "\(result.error)")
      #expect(result.error.contains("the settings of c are not compared"), "\(result.error)")
      let page = try String(
        contentsOf: folder.appendingPathComponent("comparison.html"), encoding: .utf8)
      #expect(page.contains("<code>stages.rl.group_size</code>"))
      #expect(page.contains("<td class=\"other\"><code>8</code></td>"))
    }
  }

  @Test func `bad input is named`() async throws {
    try await with(["file": ""]) { folder in
      try make("a", in: folder)
      let twice = await sousvide("report", "a", folder.path + "/a", "--runs", folder.path)
      #expect(twice.code == 2 && twice.error.contains("is named twice"), "\(twice.error)")
      let missing = await sousvide("report", "a", "no", "--runs", folder.path)
      #expect(missing.code == 1 && missing.error.contains("there is no run at"), "\(missing.error)")
      let file = await sousvide("report", "file", "--runs", folder.path)
      #expect(file.code == 1 && file.error.contains("is not a run directory"), "\(file.error)")
      let many = await sousvide("report", "a", "b", "c", "d", "e", "f", "g", "h", "i")
      #expect(many.code == 2 && many.error.contains("at most 8"), "\(many.error)")
      let nowhere = await sousvide(
        "report", "a", "--runs", folder.path, "-o", folder.path + "/no/such/page.html")
      #expect(nowhere.code == 1 && nowhere.error.contains("cannot write"), "\(nowhere.error)")
    }
  }
}
