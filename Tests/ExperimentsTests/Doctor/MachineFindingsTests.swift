import Foundation
import TensorEngine
import TestSupport
import Testing
import Trainer
import VideoInput

@testable import Experiments

@Suite("What a machine has")
struct MachineFindingsTests {
  @Test func `a folder that is not there, or cannot be written, is a failure`() throws {
    try withTemporaryDirectory { folder in
      let fine = MachineFindings.disk(folder)
      #expect(fine.status != .failure && fine.value.contains(folder.path))
      let none = MachineFindings.disk(folder.appendingPathComponent("none"))
      #expect(none.status == .failure && none.value.contains("none' cannot be read"))
    }
  }

  @Test func `an old processor is warned of and one with AVX2 is not`() {
    let old = Processor(report: "model name : Old\nflags : sse2 ssse3\n")
    let finding = MachineFindings.processor(old, report: "model name\t: Old\n")
    #expect(finding.value.hasPrefix("Old, ") && finding.value.hasSuffix("no AVX2"))
    let kernels = MachineFindings.kernels(old)
    #expect(kernels.map(\.status) == [.warning, .ok])
    #expect(kernels[1].value.hasPrefix("baseline: other"))
    let new = Processor(report: "flags : avx avx2 fma bmi1 bmi2 f16c movbe abm\n")
    #expect(MachineFindings.kernels(new).map(\.status) == [.ok, .ok])
    #expect(MachineFindings.kernels(new)[1].value.hasPrefix("fused: equal"))
  }

  @Test func `little memory is a warning`() {
    let little = MachineFindings.memory(AvailableMemory(bytes: 300 << 20, limit: "this machine"))
    #expect(little.status == .warning && little.value == "300 MiB for a run (this machine)")
    let enough = MachineFindings.memory(AvailableMemory(bytes: 8 << 30, limit: "this machine"))
    #expect(enough.status == .ok)
    #expect(MachineFindings.memory(nil).status == .warning)
  }

  @Test func `codecs that are missing are named`() throws {
    let all = try #require(MediaLibraries.load())
    #expect(all.decoders == Set(MediaLibraries.Codec.allCases))
    #expect(MachineFindings.media(all).filter { $0.status == .failure }.isEmpty)
    var few = all
    few.decoders.remove(.h264)
    few.encoders = [.png]
    let findings = MachineFindings.media(few)
    #expect(findings.map(\.status) == [.ok, .failure, .warning])
    #expect(findings.map(\.value).dropFirst() == ["no h264", "no h264, mjpeg"])
    #expect(MachineFindings.media(nil).map(\.status) == [.failure])
  }
}
