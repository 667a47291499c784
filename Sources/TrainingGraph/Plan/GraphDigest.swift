import Models
import TensorEngine

extension TrainingGraph {
  /// The content digest of every node: SHA-256 over its normalized settings and its inputs'
  /// digests; the model's also over who computes matrix products, unless the kernels of this project do, and
  /// that of weights rounded to bfloat16 over the numerics class of their products, unless they are widened.
  /// Comments, layout, names of nodes and order of keys do not enter; nor does the folder of a model whose
  /// files were read (`readingModelFiles`), but what is in them.
  public func digests() -> [NodeID: String] {
    var digests: [NodeID: String] = [:]
    for node in nodes {
      let inputs = node.inputs.compactMap { digests[$0] }
      // All that is computed descends from the model, and all products of bfloat16 from rounded weights.
      let arithmetic: [String] =
        switch node.operation {
        case .model where run.matrixProducts != .packed:
          ["products \(run.matrixProducts.rawValue)"]
        case .round where run.bfloat16Products != .widened:
          ["products \(Processor.current.pairKernels.first?.name ?? "native")"]
        default: []
        }
      let text = ([node.operation.canonicalText] + arithmetic + inputs).joined(separator: "\n")
      digests[node.id] = Digest.sha256(text)
    }
    return digests
  }

  /// The digest of the whole graph.
  public var digest: String {
    let digests = digests()
    return Digest.sha256(nodes.compactMap { digests[$0.id] }.joined(separator: "\n"))
  }
}

extension TrainingOperation {
  /// The operation and its settings as one text; equal texts do equal work.
  var canonicalText: String {
    let settings =
      switch self {
      case .dataset(let dataset):
        "\(dataset.settings.canonicalText) \(dataset.contentDigest ?? "") "
          + (dataset.video.map { "\($0)" } ?? "text")
          + (dataset.retrieval.map { " \($0)" } ?? "")
      case .judge(let judge):
        judge.settings.canonicalText + (judge.model?.contentDigest.map { " \($0)" } ?? "")
      case .generator(let generator):
        generator.settings.canonicalText
          + (generator.model?.contentDigest.map { " \($0)" } ?? "")
      case .write(let writing): writing.step ?? ""
      case .pipeline(let pipeline): "\(pipeline) \(pipeline.segments)"
      case .view(let video): "\(video)"
      case .reward(let reward): reward.settings.canonicalText
      case .gate(let gate): "\(gate.reward) \(gate.summary)"
      case .tokenizer(let tokenizer):
        (tokenizer.contentDigest ?? "\(tokenizer.source)")
          + " \(tokenizer.addedTokens) \(tokenizer.prompt)"
      case .model(let model): model.contentDigest ?? "\(model.source)"
      case .round(let precision): precision.rawValue
      case .adapter(let adapter):
        "\(adapter.stage) \(adapter.seed) \(adapter.settings.rank) \(adapter.settings.alpha) "
          + "\(adapter.settings.targets.map(\.description))"
      case .supervise(let supervision): "\(supervision)"
      case .rollout(let rollout): "\(rollout)"
      case .segment(let segmentation): "\(segmentation)"
      case .normalize(let normalization): "\(normalization)"
      case .credit(let credit): "\(credit)"
      case .loss(let loss): "\(loss)"
      case .update(let update): "\(update)"
      case .evaluate(let evaluation): "\(evaluation)"
      case .select(let selection): "\(selection)"
      }
    return "\(name) \(settings)"
  }
}
