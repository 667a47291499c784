import Experiments
import Foundation
import RecipeLanguage
import Rewards
import Testing
import Trainer
import TrainingGraph

@testable import sousvide

@Suite("sousvide doctor")
struct DoctorCommandTests {
  @Test func aHealthyMachineIsSaidToBeOne() async throws {
    let result = await sousvide("doctor")
    #expect(result.code == 0, "\(result.output)")
    for name in [
      "sousvide", "system", "processor", "kernels", "numerics", "OpenBLAS", "memory", "disk",
      "FFmpeg", "decoders", "encoders",
    ] {
      #expect(result.output.contains("  \(name) "), "\(name): \(result.output)")
    }
    #expect(result.output.contains("3 steps equal with 1 and 2 threads, bit for bit"))
    let json = await sousvide("doctor", "--json")
    #expect(json.output.contains("\"schema\" : \"sousvide.doctor/1\""))
    #expect(json.output.contains("\"is_healthy\" : true"), "\(json.output)")
  }

  /// Records that come in another order once the run with two threads has begun.
  private struct Unreliable: DataSource {
    let source: any DataSource
    let folder: URL

    func load(_ dataset: DatasetSpecification) throws -> LoadedDataset {
      var loaded = try source.load(dataset)
      let second = folder.appendingPathComponent("threads-2").path
      if FileManager.default.fileExists(atPath: second) { loaded.records.reverse() }
      return loaded
    }

    func blindAccuracy(_ records: [DataRecord]) -> Double? { nil }
  }

  @Test func whatDiffersWithAnotherNumberOfThreadsIsAFailure() async throws {
    try await with([:]) { folder in
      let sources = DataSources.all(below: folder.path, threads: 1, announce: { _ in })
      let test = try await DeterminismTest(
        SelfTest.graph(in: folder),
        data: sources.mapValues { Unreliable(source: $0, folder: folder) }, in: folder)
      #expect(test.finding.status == .failure)
      #expect(
        test.finding.value.hasPrefix("step 1 of stage sft differs in its metrics: "),
        "\(test.finding.value)")
      #expect(test.steps == 0 && test.finding.value.hasSuffix("with two"))
    }
  }

  @Test func secretsAreNamedAndNeverShown() async throws {
    let recipe =
      SignalTests.RunCommandTests.recipe
      + "\nsecrets: {judge_key: {env: SOUSVIDE_DOCTOR_TEST_KEY}, other_key: {env: SOUSVIDE_NO_SUCH_KEY}}\n"
    let checked = try #require(
      RecipeChecker.check(text: recipe, path: "r.yaml", vocabulary: .standard).recipe)
    let findings = DoctorCommand.secrets(
      of: checked.root, in: ["SOUSVIDE_DOCTOR_TEST_KEY": "sk-very-secret"])
    #expect(
      findings.map(\.value) == [
        "judge_key, from SOUSVIDE_DOCTOR_TEST_KEY: there",
        "other_key, from SOUSVIDE_NO_SUCH_KEY: not there",
      ])
    #expect(findings.map(\.status) == [.ok, .failure])
    #expect(!DoctorText.block(findings).contains("sk-very-secret"))
  }

  @Test func aRecipeWithErrorsIsNotLookedAt() async throws {
    try await with(["r.yaml": "sousvide: 1\n"]) { folder in
      let result = await sousvide("doctor", folder.path + "/r.yaml")
      #expect(result.code == 1 && result.output.isEmpty)
    }
  }

  @Test func failuresStandOut() {
    let text = DoctorText.block([
      Finding("a", "fine", help: "nothing to do"),
      Finding("long", "bad", .failure, help: "mend it"),
      Finding("b", "so so", .warning),
    ])
    #expect(
      text == "ok    a     fine\nFAIL  long  bad\n            mend it\nwarn  b     so so")
  }
}
