import Models
import RecipeLanguage
import TrainingGraph

extension TrainingGraph {
  /// Supervised stages, one after the other, each with the weights of the one before.
  ///
  /// - Parameter adapted: whether each trains an adapter.
  static func training(_ stages: String..., adapted: Bool = false) throws -> TrainingGraph {
    var graph = TrainingGraph(run: RunSpecification(name: "r", title: "", seed: 1))
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
    var weights: NodeID = "model"
    for stage in stages {
      if adapted {
        let adapter = AdapterSpecification(
          stage: stage, seed: 1,
          settings: AdapterSettings(rank: 2, alpha: 2, targets: [LayerPattern("q_proj")]))
        let node = NodeID("\(stage)/adapter")
        try graph.append(TrainingNode(node, .adapter(adapter), inputs: [weights]))
        weights = node
      }
      let training = SupervisionSpecification(
        stage: stage, seed: 1, duration: .steps(2), batchSize: 1, learningRate: .constant(0.1),
        optimizer: OptimizerSpecification(
          beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, maximumGradientNorm: nil),
        curriculum: nil)
      try graph.append(
        TrainingNode(NodeID(stage), .supervise(training), inputs: [weights, "data", "tokenizer"]))
      weights = NodeID(stage)
    }
    return graph
  }
}
