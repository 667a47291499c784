import Foundation
import Testing

@testable import Experiments

struct DataPlacesTests {
  private func with(_ places: String, _ body: (RunDirectory) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("sousvide-places-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let run = try RunDirectory.create(at: folder, recipe: "a: 1\n")
    let file = run.url.appendingPathComponent(DataPlaces.path)
    try RunDirectory.makeFolder(file.deletingLastPathComponent())
    try Data(places.utf8).write(to: file)
    try body(run)
  }

  @Test func placesAreBelowTheRun() throws {
    try with(#"{"data.a.path": "data/a/records/x.json", "retrieval.collection": "collection"}"#) {
      let places = try $0.dataPlaces()
      #expect(places["data.a.path"] == $0.url.appendingPathComponent("data/a/records/x.json"))
      #expect(places.count == 2)
    }
  }

  @Test(arguments: [
    (#"{"data.a.path": "/etc/passwd"}"#, "absolute path"),
    (#"{"data.a.path": "data/../../x"}"#, "leads out"),
    (#"{"data.a.path": "state/lock"}"#, "no place of data"),
    (#"{"data.a.path": ""}"#, "no name"),
    (#"{"judges.a.model": "data/x"}"#, "no setting that names data"),
    ("[]", "not a map"), ("", "not a map"), ("\u{0}\u{0}", "not a map"),
  ])
  func othersAreRefused(_ places: String, _ said: String) throws {
    try with(places) { run in
      let error = #expect(throws: ExperimentError.self) { try run.dataPlaces() }
      #expect(error.map { "\($0)".contains(said) } == true, "\(error.map { "\($0)" } ?? "")")
    }
  }
}
