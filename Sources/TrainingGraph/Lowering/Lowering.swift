import Models
import RecipeLanguage
import Rewards
import TensorEngine

/// Turns a checked recipe into a training graph.
public struct Lowering {
  static let tokenizer: NodeID = "tokenizer"
  static let model: NodeID = "model"

  let recipe: CheckedRecipe
  let seed: UInt64
  /// What is known of the data before the run.
  let facts: (any FactSource)?
  private(set) var graph: TrainingGraph

  /// The graph that `recipe` describes: its sources, then each stage followed by its evaluations.
  ///
  /// - Parameter facts: tells how many records the data have, for stages of epochs.
  public static func lower(
    _ recipe: CheckedRecipe, facts: (any FactSource)? = nil
  ) throws -> TrainingGraph {
    var lowering = try Lowering(recipe, facts)
    try lowering.sources()
    for stage in try lowering.stagesInOrder() {
      let name = try stage.string("algorithm")
      guard let algorithm = Algorithms.named(name) else { throw LoweringError.algorithm(name) }
      try algorithm.lower(stage, &lowering)
      for evaluation in recipe.evaluations
      where try evaluation.strings("after").contains(stage.name) {
        try lowering.evaluate(
          evaluation, of: NodeID(stage.name), stage: stage.name,
          data: lowering.dataset(of: evaluation))
      }
    }
    return lowering.graph
  }

  init(_ recipe: CheckedRecipe, _ facts: (any FactSource)?) throws {
    self.recipe = recipe
    self.facts = facts
    let run = try recipe.root.record("run")
    seed = UInt64(try run.integer("seed"))
    let title = recipe.root.optionalRecord("about")?.optionalString("title")
    let name = run.optionalString("name") ?? Self.name(ofFile: recipe.file.path)
    guard let products = MatrixProducts(rawValue: try run.string("matmul")) else {
      throw LoweringError.products(try run.string("matmul"))
    }
    guard let halves = BFloat16Products(rawValue: try run.string("bf16_products")) else {
      throw LoweringError.products(try run.string("bf16_products"))
    }
    graph = TrainingGraph(
      run: RunSpecification(
        name: name, title: title ?? name, seed: seed, matrixProducts: products,
        bfloat16Products: halves))
  }

  /// `quickstart` for `recipes/quickstart.yaml`.
  private static func name(ofFile path: String) -> String {
    let file = path.split(separator: "/").last.map(String.init) ?? "run"
    let stem = String(file.prefix { $0 != "." })
    return stem.isEmpty ? "run" : stem
  }

  mutating func append(
    _ id: NodeID, _ operation: TrainingOperation, inputs: [NodeID] = [], span: SourceSpan?
  ) throws {
    try graph.append(TrainingNode(id, operation, inputs: inputs, span: span))
  }

  /// The weights a stage starts from.
  func initialWeights(of stage: Record) -> NodeID {
    stage.optionalString("init").map { NodeID($0) } ?? Self.model
  }

  /// Weights that stay as they are, in the precision that the recipe wants such weights in.
  mutating func frozenWeights(_ id: NodeID) throws -> NodeID {
    let model = try recipe.root.record("model")
    guard let precision = model.optionalString("frozen_weights").flatMap(WeightPrecision.init),
      precision != .float32
    else { return id }
    let rounded = NodeID(id.path, precision.rawValue)
    if graph[rounded] == nil {
      try append(
        rounded, .round(precision), inputs: [id], span: model.span(of: "frozen_weights"))
    }
    return rounded
  }

  /// The weights a stage trains: those it starts from, or an adapter on them.
  mutating func trainedWeights(of stage: Record) throws -> NodeID {
    let initial = initialWeights(of: stage)
    guard let adapter = stage.optionalRecord("adapter") else { return initial }
    let settings = AdapterSettings(
      rank: try adapter.integer("rank"), alpha: try adapter.number("alpha"),
      targets: try adapter.strings("targets").map(LayerPattern.init))
    let id = NodeID(stage.name, "adapter")
    let frozen = try frozenWeights(initial)
    try append(
      id, .adapter(AdapterSpecification(stage: stage.name, seed: seed, settings: settings)),
      inputs: [frozen], span: adapter.span)
    return id
  }

  /// The text that ends a response as a record's `stop` says; nil for the end token alone.
  func stopText(of record: Record) throws -> String? {
    guard try record.string("stop") == RecipeSchema.lastSegment else { return nil }
    return try recipe.segments.last.map { try SegmentSpecification(settings: $0).close }
  }

  func normalization(of process: String) throws -> Normalization {
    guard let record = recipe.normalization.first(where: { $0.name == process }) else {
      return Normalization()
    }
    return try Normalization(settings: record)
  }

  /// Every stage after the one it starts from and the one it is anchored to.
  func stagesInOrder() throws -> [Record] {
    var ordered: [Record] = []
    var pending = recipe.stages
    while !pending.isEmpty {
      let done = Set(ordered.map(\.name))
      guard
        let index = pending.firstIndex(where: { stage in
          let needed = [
            stage.optionalString("init"), stage.optionalRecord("kl")?.optionalString("reference"),
            stage.optionalString("data").flatMap(RecipeOutline.Stage.name(ofItems:)),
          ]
          return needed.allSatisfy { $0.map(done.contains) ?? true }
        })
      else { throw LoweringError.stageCycle(pending.map(\.name)) }
      ordered.append(pending.remove(at: index))
    }
    return ordered
  }
}

/// A recipe that was checked but cannot be lowered: a gap between the checker and the compiler.
public enum LoweringError: Error, Sendable, Equatable, CustomStringConvertible {
  case algorithm(String)
  case failurePolicy(String)
  case products(String)
  case sampler(String)
  case stageCycle([String])
  case noEvaluation
  case noCandidates(String, stage: String)
  case data(String, known: [String])

  public var description: String {
    switch self {
    case .algorithm(let name): "no algorithm is named \(name)"
    case .failurePolicy(let word): "a judge cannot `\(word)` on failure"
    case .noCandidates(let metric, let stage):
      "`\(metric)` is not asked within stage `\(stage)`"
    case .noEvaluation:
      "the recipe has no `eval`, which says how long responses may be; add one, as "
        + "`eval: {held_out: {data: …, after: […], max_new_tokens: 512 tok}}`"
    case .data(let name, let known):
      "the recipe has no data `\(name)`; it has \(known.joined(separator: ", "))"
    case .sampler(let name): "no frame sampler is named \(name)"
    case .products(let word): "nothing called `\(word)` computes matrix products"
    case .stageCycle(let names): "stages wait for each other: \(names.joined(separator: ", "))"
    }
  }
}
