import Models
import TensorEngine
import TestSupport
import Testing

@testable import Trainer

@Suite struct NotFiniteRunTests {
  @Test func aStepThatIsNotFiniteIsNamedAndNotMade() async throws {
    try await withFolder { folder in
      let run = TinyRun(in: folder)
      let graph = try TinyRun.graph([("learning_rate: 1.0e-2", "learning_rate: 1.0e+30")])
      let error = await #expect(throws: TrainerError.self) { try await run.run(graph) }
      guard case .notFinite("cold", let step, let cause) = try #require(error) else {
        Issue.record("\(String(describing: error))")
        return
      }
      // What was recorded was made, and nothing after it.
      #expect(run.recorder.steps.count == step - 1)
      #expect(run.recorder.steps.allSatisfy { $0.values["loss"]?.isFinite == true })
      #expect(cause.contains("not finite (NaN or infinity)"))
    }
  }

  /// An optimizer with a model of its own, for one pass over two tokens.
  private func update(
    breaking name: String, with bad: Float, weight: Float = 1
  ) throws -> (model: PolicyModel, error: EngineError?) {
    let model = try PolicyModel.load(
      from: Fixtures.url("tiny-lm"), device: CPUDevice(threads: 2))
    let g = GraphBuilder()
    let logProbability = try QwenGraph.tokenLogProbabilities(
      g, model.configuration, hasVisuals: false, temperature: 1
    ).logProbability
    let loss = try g.sum(g.multiply(logProbability, g.input("weights", ["targets"])))
    try g.output("loss", loss)
    try QwenGraph.declareGradients(of: loss, g, model.configuration)
    let graph = try g.finish()
    let programs = StagePrograms(on: model.device) { _ in graph }
    if let shape = model.parameters.shape(of: name) {
      var values = try model.parameters.get(name).floats
      values[values.count / 2] = bad
      try model.parameters.set(name, HostTensor(values, shape: shape))
    }
    var inputs = try PackedBatch(
      [(Prompt(tokens: [1, 2]), [[3, 4]])], configuration: model.configuration
    ).inputs
    inputs["weights"] = HostTensor([1, weight] as [Float], shape: [2])
    let optimizer = try AdamW(AdamWSettings(), parameters: model.parameters)
    let before = model.parameters.version
    let error = #expect(throws: EngineError.self) {
      _ = try optimizer.update(
        programs, [PassInputs(inputs: inputs, hasVisuals: false)],
        parameters: model.parameters, rate: 0.1)
    }
    #expect(model.parameters.version == before && optimizer.stepCount == 0)
    return (model, error)
  }

  @Test(arguments: [Float.nan, .infinity])
  func aBrokenWeightIsNamed(_ bad: Float) throws {
    let name = "model.layers.1.mlp.up_proj.weight"
    #expect(try update(breaking: name, with: bad).error == .notFinite(name: name))
  }

  @Test func aBrokenInputIsNamed() throws {
    #expect(
      try update(breaking: "", with: 0, weight: .nan).error == .notFinite(name: "weights"))
  }

  /// The loss is finite, its gradient is not.
  @Test func anOverflowIsNamedByOperationAndScope() throws {
    let error = try update(
      breaking: "model.norm.weight", with: 3e38
    ).error
    guard case .notFiniteResult(let operation, let scope) = try #require(error) else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(!operation.isEmpty && !scope.isEmpty)
  }
}
