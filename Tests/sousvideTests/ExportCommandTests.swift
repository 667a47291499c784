import Foundation
import Testing

@testable import sousvide

@Suite("sousvide export")
struct ExportCommandTests {
  @Test func tablesAndEventFilesAreWritten() async throws {
    try await with([:]) { folder in
      try RunsCommandTests.make("mine", in: folder)
      let into = folder.path + "/out"
      let tables = await sousvide("export", "mine", "--runs", folder.path, "--into", into)
      #expect(tables.code == 0, "\(tables.error)")
      #expect(tables.output == "\(into)/steps.csv\n\(into)/evaluations.csv\n")
      let steps = try String(contentsOfFile: into + "/steps.csv", encoding: .utf8)
      #expect(steps.hasPrefix("stage,algorithm,step,of,loss\r\neyes,sft,10,10,1.0\r\n"))
      let events = await sousvide(
        "export", folder.path + "/mine", "--format", "tensorboard", "--into", into, "--json")
      #expect(events.output.contains("out/mine/events.out.tfevents."), "\(events.output)")
    }
  }

  @Test func whatCannotBeExportedIsSaid() async throws {
    let none = await sousvide("export", "nothing-of-that-name")
    #expect(none.code == 1 && none.error.contains("there is no run"), "\(none.error)")
    let format = await sousvide("export", "mine", "--format", "parquet")
    #expect(format.code == 2 && format.error.contains("one of csv, tensorboard"))
  }
}
