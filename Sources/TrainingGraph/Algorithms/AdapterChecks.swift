import Models
import RecipeLanguage

/// What the types of a stage's `adapter` cannot say: it has to fit the model.
enum AdapterChecks {
  static let codes = [noLayer, rankTooHigh]

  static let noLayer = DiagnosticCode(
    5953, "adapter-without-layer", "A target of the adapter names no linear layer of the model.",
    Explanation(
      why: """
        A target is the end of layers' names, after a dot, with `*` for any text: `q_proj` is the \
        query of every decoder layer, `layers.0.*` everything in the first one, `visual.*` the whole \
        vision tower. A target that names nothing would leave layers as they are that were meant to \
        be trained. The output projection takes no adapter.
        """,
      example: .sections(stages("rank: 8, alpha: 16, targets: [q_prj, v_proj]"), facts: facts),
      nearMiss: .sections(stages("rank: 8, alpha: 16, targets: [q_proj, v_proj]"), facts: facts)))

  static let rankTooHigh = DiagnosticCode(
    5954, "adapter-rank-too-high", "The adapter's rank is higher than that of a layer.",
    Explanation(
      why: """
        The product of the adapter's two matrices has at most the rank of the layer, the smaller of \
        its inputs and outputs. A higher rank spends memory and time on what cannot be expressed.
        """,
      example: .sections(stages("rank: 48, alpha: 16, targets: [v_proj]"), facts: facts),
      nearMiss: .sections(stages("rank: 48, alpha: 16, targets: [q_proj]"), facts: facts)))

  private static let facts = StatedFacts(layers: [
    LayerFacts(name: "model.layers.0.self_attn.q_proj", inputs: 64, outputs: 64),
    LayerFacts(name: "model.layers.0.self_attn.v_proj", inputs: 64, outputs: 32),
  ])

  private static func stages(_ adapter: String) -> String {
    """
    stages:
      warm:
        algorithm: sft
        data: traces
        steps: 100
        batch_size: 8
        adapter: {\(adapter)}
        learning_rate: schedules.rate
    data:
      traces: {kind: clipworld, split: cold_start, clips: 400}
      held_out: {kind: clipworld, split: test, clips: 100}
    eval:
      held_out: {data: held_out, after: [warm], max_new_tokens: 96 tok}
    """
  }

  static func stage(_ stage: Record, _ context: CheckContext) -> [Diagnostic] {
    guard let adapter = stage.optionalRecord("adapter"),
      case .list(let targets)? = adapter.setting("targets")?.value
    else { return [] }
    let path = "\(context.path).adapter"
    return targets.enumerated().compactMap { index, target in
      guard case .string(let text) = target.value else { return nil }
      return self.target(text, at: target.span, path: "\(path).targets[\(index)]", context)
    } + [rank(adapter, targets, path: "\(path).rank", context)].compactMap { $0 }
  }

  private static func target(
    _ text: String, at span: SourceSpan, path: String, _ context: CheckContext
  ) -> Diagnostic? {
    guard let layers = context.facts.ask(for: noLayer, { $0.linearLayers() }),
      !layers.contains(where: { LayerPattern(text).matches($0.name) })
    else { return nil }
    let near = Suggestion.closest(to: text, among: layers.kinds + layers.map(\.name))
    return Diagnostic(
      noLayer, "`\(text)` names no linear layer of the model that an adapter can be put on",
      at: span,
      notes: near == nil ? [] : ["its layers are " + layers.kinds.joined(separator: ", ")],
      help: near.map { "did you mean `\($0)`?" }
        ?? "its layers are \(layers.kinds.map { "`\($0)`" }.joined(separator: ", "))",
      path: path)
  }

  private static func rank(
    _ adapter: Record, _ targets: [Setting], path: String, _ context: CheckContext
  ) -> Diagnostic? {
    let patterns = targets.compactMap {
      if case .string(let text) = $0.value { LayerPattern(text) } else { nil }
    }
    guard let rank = adapter.optionalInteger("rank"),
      let layers = context.facts.ask(for: rankTooHigh, { $0.linearLayers() })
    else { return nil }
    let adapted = layers.filter { layer in patterns.contains { $0.matches(layer.name) } }
    let smallest = adapted.min { $0.highestRank < $1.highestRank }
    guard let smallest, smallest.highestRank < rank else { return nil }
    return Diagnostic(
      rankTooHigh,
      "rank \(rank) is higher than that of layer `\(smallest.name)`, which maps \(smallest.inputs) "
        + "numbers to \(smallest.outputs)",
      at: adapter.span(of: "rank"),
      help: "use at most \(smallest.highestRank), or leave the layer out of `targets`", path: path)
  }
}

extension LayerFacts {
  fileprivate var layer: LinearLayer { LinearLayer(name: name, inputs: inputs, outputs: outputs) }
  fileprivate var highestRank: Int { layer.highestRank }
}

extension [LayerFacts] {
  fileprivate var kinds: [String] { map(\.layer).kinds }
}
