import Foundation
import TestSupport
import Testing
import Trainer

@testable import Experiments

@Suite("Exports as tables")
struct CommaSeparatedTests {
  @Test func `a column for every metric, and nothing where there is none`() {
    let steps = [
      StepRecord(stage: "a", algorithm: "sft", step: 1, of: 2, values: ["loss": 0.1]),
      StepRecord(stage: "b", algorithm: "grpo", step: 1, of: 1, values: ["kl": 1e-7, "loss": 2]),
    ]
    #expect(
      CommaSeparated.steps(steps)
        == "stage,algorithm,step,of,kl,loss\r\na,sft,1,2,,0.1\r\nb,grpo,1,1,1e-07,2.0\r\n")
    let record = EvaluationRecord(
      stage: "b", evaluation: "held_out", step: 1, values: ["accuracy/when": 1.0 / 3])
    #expect(
      CommaSeparated.evaluations([record])
        == "stage,evaluation,step,accuracy/when\r\nb,held_out,1,0.3333333333333333\r\n")
  }

  /// RFC 4180, section 2, rules 5 to 7.
  @Test func `what would end a field is quoted`() {
    #expect(
      CommaSeparated.table([["a,b", "\"c\"", "d\ne", "f"]])
        == "\"a,b\",\"\"\"c\"\"\",\"d\ne\",f\r\n")
  }

  @Test func `a run that recorded nothing is named`() throws {
    try withTemporaryDirectory { folder in
      let run = try RunDirectory.create(at: folder.appendingPathComponent("r"), recipe: "a: 1\n")
      #expect(throws: ExperimentError.nothingRecorded(path: run.url.path)) {
        try RunExport.writeTables(of: run, into: folder)
      }
    }
  }

  @Test func `tables are written with all steps and evaluations`() throws {
    try withTemporaryDirectory { folder in
      let run = try SyntheticRun.make(in: folder)
      let files = try RunExport.writeTables(of: run, into: folder.appendingPathComponent("t"))
      #expect(files.map(\.lastPathComponent) == ["steps.csv", "evaluations.csv"])
      let lines = try files.map {
        try String(contentsOf: $0, encoding: .utf8).split(separator: "\r\n").count
      }
      #expect(lines == [1741, 4])
    }
  }
}
