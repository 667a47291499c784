import Foundation
import TestSupport
import Testing
import Trainer

@testable import Experiments

/// The files of a run that grow line by line, with lines in them that no run writes: each is named with its
/// place, and nothing is written over.
struct HostileRecordsTests {
  struct Case: CustomTestStringConvertible, Sendable {
    var file: RunFile
    var line: String
    var said: String
    var testDescription: String { "\(file.rawValue): \(line.prefix(40))" }
  }

  private static let step =
    #"{"kind":"step","stage":"s","algorithm":"sft","step":%,"of":2,"values":{}}"#
  private static let traced =
    #"{"kind":"step","stage":"s","step":%,"data":"d","available":4,"records":[0],"digests":{"records":"","metrics":""},"chain":""}"#

  static let cases: [Case] = {
    var cases: [Case] = []
    for file in [RunFile.metrics, .trace] {
      for (line, said) in [
        ("nonsense", "it is not JSON"), ("{}", "'kind' is missing"),
        ("7", "not the expected kind of value"),
        (#"{"kind":"later"}"#, "knows no `later`; a later version may have written it"),
        ("\u{0}\u{0}", "it is not JSON"), ("\u{FF}\u{FE}", "it is not JSON"),
      ] { cases.append(Case(file: file, line: line, said: said)) }
      let form = file == .metrics ? step : traced
      for number in ["0", "-3", "9223372036854775807"] {
        cases.append(Case(file: file, line: form.replacing("%", with: number), said: "'step'"))
      }
      for number in ["1e300", "99999999999999999999"] {
        cases.append(Case(file: file, line: form.replacing("%", with: number), said: "damaged"))
      }
    }
    return cases
  }()

  @Test(arguments: cases) func aLineIsNamedWithItsPlace(_ hostile: Case) throws {
    try withTemporaryDirectory { folder in
      let run = try RunDirectory.create(at: folder.appendingPathComponent("r"), recipe: "a: 1\n")
      let good =
        (hostile.file == .metrics ? Self.step : Self.traced).replacing("%", with: "1") + "\n"
      let damaged = Data((good + "\n" + hostile.line + "\n" + good).utf8)
      try damaged.write(to: run.url(of: hostile.file))
      let error = #expect(throws: ExperimentError.self) {
        if hostile.file == .metrics {
          _ = try run.metrics()
        } else {
          _ = try TraceFile(run)
        }
      }
      let text = error.map { "\($0)" } ?? ""
      // An empty line is passed over, and counted.
      #expect(text.contains("'\(run.url(of: hostile.file).path)' line 3 is damaged"), "\(text)")
      #expect(text.contains(hostile.said), "\(text)")
      #expect(try Data(contentsOf: run.url(of: hostile.file)) == damaged)
    }
  }

  @Test(arguments: [RunFile.metrics, .trace, .rollouts])
  func emptyFilesAndZerosHoldNothing(_ file: RunFile) throws {
    for text in ["", "\n\n", String(repeating: "\u{0}", count: 512)] {
      try withTemporaryDirectory { folder in
        let run = try RunDirectory.create(at: folder.appendingPathComponent("r"), recipe: "a: 1\n")
        try Data(text.utf8).write(to: run.url(of: file))
        #expect(try run.metrics().steps.isEmpty)
        try run.forEachGroup { _ in Issue.record("there is none") }
        if file == .trace { #expect(try TraceFile(run).stages.isEmpty) }
        _ = try RunRecorder(run)
      }
    }
  }

  @Test(arguments: [RunFile.metrics, .trace, .rollouts, .answers])
  func aFolderInPlaceOfAFileIsNamed(_ file: RunFile) throws {
    try withTemporaryDirectory { folder in
      let run = try RunDirectory.create(at: folder.appendingPathComponent("r"), recipe: "a: 1\n")
      try FileManager.default.createDirectory(
        at: run.url(of: file), withIntermediateDirectories: false)
      let error = #expect(throws: ExperimentError.self) { _ = try run.writer(for: file) }
      #expect(error.map { "\($0)".contains(file.rawValue) } == true)
      #expect(
        throws: ExperimentError.cannotRead(
          file: run.url(of: file).path, reason: "it is no plain file")
      ) { _ = try JSONLinesReader.read(TraceHead.self, from: run.url(of: file)) }
    }
  }

  @Test func numbersThatNoRunRecordsCanBeShown() throws {
    let huge = ["accuracy": 1e308, "questions": 1e300, "loss": -1e308, "tokens": 9.3e18]
    let line = CanonicalValues.text(huge)
    try withTemporaryDirectory { folder in
      let run = try SyntheticRun.make(in: folder)
      var text = try String(contentsOf: run.url(of: .metrics), encoding: .utf8)
      text +=
        #"{"kind":"step","stage":"rl","algorithm":"grpo","step":9007199254740992,"of":9007199254740992,"values":\#(line)}"#
        + "\n"
        + #"{"evaluation":"check","kind":"evaluation","stage":"rl","step":9007199254740992,"values":\#(line)}"#
        + "\n"
      try Data(text.utf8).write(to: run.url(of: .metrics))
      _ = try Report.write(for: run)
    }
  }

  private enum CanonicalValues {
    static func text(_ values: [String: Double]) -> String {
      "{" + values.map { #""\#($0)":\#($1)"# }.sorted().joined(separator: ",") + "}"
    }
  }
}
