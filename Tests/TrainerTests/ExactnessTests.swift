import Models
import RecipeLanguage
import Rewards
import TensorEngine
import TestSupport
import Testing
import TrainingGraph

@testable import Trainer

/// What is promised to have equal bits, of losses and of whole runs.
@Suite struct ExactnessTests {
  /// The four sequences of `LossBatch`, as passes over some of them.
  private struct Sequences {
    let batch: LossBatch
    let loss: LossSpecification
    private let model: PolicyModel
    private let executable: Executable
    private let inputs: [String: HostTensor]

    init(_ testCase: LossCase, threads: Int = 2) throws {
      batch = try LossBatch()
      loss = testCase.specification
      model = try PolicyModel.load(
        from: Fixtures.url("tiny-lm"), device: CPUDevice(threads: threads))
      let g = GraphBuilder()
      let logProbability = try QwenGraph.tokenLogProbabilities(
        g, model.configuration, hasVisuals: false, temperature: 1
      ).logProbability
      let policy = try PolicyLoss(
        g, logProbability: logProbability, specification: loss, usesReference: true)
      try g.output("surrogate", policy.surrogate)
      if let divergence = policy.divergence { try g.output("divergence", divergence) }
      try QwenGraph.declareGradients(of: policy.loss, g, model.configuration)
      executable = try Executable(g.finish(), on: model.device)
      inputs = try batch.inputs(loss)
    }

    private var starts: [Int] {
      LossBatch.lengths.indices.map { LossBatch.lengths[..<$0].reduce(0, +) }
    }

    /// The loss of every sequence of a pass over some of each group's, by its number.
    func losses(_ groups: [[Int]], sharePrompt: Bool = true) throws -> [Int: Double] {
      let order = groups.flatMap { $0 }
      func own(_ values: [Float], _ sequence: Int) -> ArraySlice<Float> {
        values[starts[sequence]..<starts[sequence] + LossBatch.lengths[sequence]]
      }
      let packed = try PackedBatch(
        groups.map { members in
          let prompt = batch.groups[(members.first ?? 0) / 2].prompt
          return (prompt, members.map { batch.groups[$0 / 2].responses[$0 % 2] })
        }, configuration: model.configuration, sharePrompt: sharePrompt)
      var given = packed.inputs
      for (name, tensor) in inputs where tensor.shape == [LossBatch.lengths.reduce(0, +)] {
        guard tensor.element == .float32 else { continue }
        let values = order.flatMap { own(tensor.floats, $0) }
        given[name] = HostTensor(values, shape: [values.count])
      }
      let parts = order.map { [ResponsePart](repeating: .rest, count: LossBatch.lengths[$0]) }
      given.merge(RatioParts(loss.ratio, parts).inputs) { $1 }
      let results = try executable.run(given, parameters: model.parameters)
      let surrogate = try results.host("surrogate").floats
      let divergence = try results.host("divergence").floats
      let weights = try #require(given[PolicyLoss.Input.weights]).floats
      let klWeights = try #require(given[PolicyLoss.Input.klWeights]).floats
      var losses: [Int: Double] = [:]
      for (sequence, range) in zip(order, packed.targetRanges.joined()) {
        losses[sequence] = range.reduce(0) {
          $0 - Double(weights[$1]) * Double(surrogate[$1])
            + Double(klWeights[$1]) * Double(divergence[$1])
        }
      }
      return losses
    }
  }

  private static let cases = [
    "grpo.beta0.04.token.hi0.2", "dapo.beta0.04.token.hi0.2", "luspo.beta0.04.sequence.hi0.2",
  ].compactMap { key in LossCase.all.first { $0.key == key } }

  @Test(arguments: cases)
  func theLossOfASequenceDependsOnNothingBesideIt(_ testCase: LossCase) throws {
    let sequences = try Sequences(testCase)
    let whole = try sequences.losses([[0, 1], [2, 3]])
    #expect(Set(whole.values).count == 4)
    for order in [[[1, 0], [2, 3]], [[3, 2], [0, 1]], [[2], [0, 1], [3]]] {
      #expect(try sequences.losses(order) == whole)
    }
    #expect(try sequences.losses([[0, 1], [2, 3]], sharePrompt: false) == whole)
    for split in [[[0], [1, 2, 3]], [[0, 1], [2, 3]], [[0], [1], [2], [3]]] {
      var losses: [Int: Double] = [:]
      for pass in split {
        let groups = [pass.filter { $0 < 2 }, pass.filter { $0 >= 2 }].filter { !$0.isEmpty }
        losses.merge(try sequences.losses(groups)) { $1 }
      }
      #expect(losses == whole)
    }
    for threads in [1, 3] {
      #expect(try Sequences(testCase, threads: threads).losses([[0, 1], [2, 3]]) == whole)
    }
  }

  @Test func aRunOfTwentyStepsIsTheSameEveryTimeAndOnAnyNumberOfThreads() async throws {
    try await withFolder { folder in
      let graph = try TinyRun.graph([("steps: 40", "steps: 20"), ("steps: 3", "steps: 20")])
      let first = TinyRun(in: folder)
      try await first.run(graph, threads: 1)
      #expect(first.recorder.steps.filter { $0.stage == "rl" }.count == 20)
      #expect(first.recorder.steps.contains { ($0.values["gradient_norm"] ?? 0) > 0 })
      for threads in [1, 2, 3] {
        let again = TinyRun(in: folder)
        try await again.run(graph, threads: threads)
        #expect(again.recorder.steps == first.recorder.steps)
        #expect(again.recorder.rollouts == first.recorder.rollouts)
        #expect(again.recorder.evaluations == first.recorder.evaluations)
        #expect(again.recorder.finished.map(\.digest) == first.recorder.finished.map(\.digest))
      }
    }
  }
}
