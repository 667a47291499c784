import TensorEngine
import TestSupport
import Testing

@testable import Models

struct RecomputationTests {
  @Test func everyLevelHasTheSameBitsInLessMemory() throws {
    let model = try PolicyModel.load(
      from: Fixtures.url("tiny-vl"), device: CPUDevice(threads: 2), rule: .transformers5)
    let reference = try ReferenceVideoBatch("vl_two", configuration: model.configuration)
    let batch = try PackedBatch(
      reference.groups, configuration: model.configuration, rule: .transformers5)
    let kept = try LossGraph(model, hasVisuals: true).run(batch)
    var peaks: [Int] = []
    for level in Recomputation.allCases {
      let graph = try LossGraph(model, hasVisuals: true, recomputation: level)
      let results = try graph.run(batch)
      #expect(results.names == kept.names)
      for name in kept.names {
        #expect(try results.host(name).floats == kept.host(name).floats, "\(level) \(name)")
      }
      peaks.append(try graph.plan(batch).arenaBytes)
    }
    print("intermediates at levels 0, 1, 2: \(peaks)")
    #expect(peaks[1] < peaks[0] && peaks[2] < peaks[1])
  }
}
