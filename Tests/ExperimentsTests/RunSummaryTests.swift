import Models
import RecipeLanguage
import Testing
import TrainingGraph

@testable import Experiments

@Suite("The summary of a run")
struct RunSummaryTests {
  @Test("A stage with an adapter starts from the stage whose weights it adapts")
  func adaptedStages() throws {
    func training(_ stage: String) -> TrainingOperation {
      .supervise(
        SupervisionSpecification(
          stage: stage, seed: 1, duration: .steps(2), batchSize: 1, learningRate: .constant(0.1),
          optimizer: OptimizerSpecification(
            beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, maximumGradientNorm: nil),
          curriculum: nil))
    }
    func adapter(_ stage: String) -> TrainingOperation {
      .adapter(
        AdapterSpecification(
          stage: stage, seed: 1,
          settings: AdapterSettings(rank: 2, alpha: 2, targets: [LayerPattern("q_proj")])))
    }
    var graph = TrainingGraph(run: RunSpecification(name: "run", title: "Run", seed: 1))
    let data = DatasetSpecification(
      name: "traces", kind: "demo",
      settings: Record(path: "data.traces", span: .beginning(of: "r")),
      video: VideoSpecification(
        frames: 2, minimumPixels: 1, maximumPixels: 2, mean: [0, 0, 0],
        standardDeviation: [1, 1, 1]))
    let prompt = PromptSpecification(system: nil, user: "", optionsSeparator: "")
    try graph.append(TrainingNode("data", .dataset(data)))
    try graph.append(
      TrainingNode(
        "tokenizer",
        .tokenizer(
          TokenizerSpecification(source: .folder("model"), addedTokens: [], prompt: prompt))))
    try graph.append(
      TrainingNode(
        "model", .model(ModelSpecification(source: .folder("model"))), inputs: ["tokenizer"]))
    try graph.append(TrainingNode("cold/adapter", adapter("cold"), inputs: ["model"]))
    try graph.append(
      TrainingNode("cold", training("cold"), inputs: ["cold/adapter", "data", "tokenizer"]))
    try graph.append(TrainingNode("warm/adapter", adapter("warm"), inputs: ["cold"]))
    try graph.append(
      TrainingNode("warm", training("warm"), inputs: ["warm/adapter", "data", "tokenizer"]))
    let stages = RunSummary(graph).stages
    #expect(stages.map(\.name) == ["cold", "warm"])
    #expect(stages.map(\.startsFrom) == [nil, "cold"])
  }
}
