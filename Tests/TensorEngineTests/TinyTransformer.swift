import Foundation

@testable import TensorEngine

/// A small decoder with everything a language model has: shared prompt, packed rows, rotary
/// positions, tied head.
struct TinyTransformer {
  var layers = 2
  var heads = 3
  var keyValueHeads = 1
  var headWidth = 16
  var inner = 72
  var vocabulary = 96
  /// What matrices are kept as.
  var matrices = ElementType.float32
  /// Whether their values are rounded to bfloat16, whatever they are kept as.
  var roundsMatrices = false
  /// Whether they are among what is trained.
  var trainsMatrices = true

  var width: Int { heads * headWidth }

  /// Parameter shapes by name.
  var parameters: [(name: String, shape: [Int])] {
    var list: [(String, [Int])] = [("embedding", [vocabulary, width]), ("norm", [width])]
    for layer in 0..<layers {
      list += [
        ("\(layer).norm1", [width]), ("\(layer).norm2", [width]),
        ("\(layer).query", [width, width]), ("\(layer).query.bias", [width]),
        ("\(layer).key", [keyValueHeads * headWidth, width]),
        ("\(layer).value", [keyValueHeads * headWidth, width]),
        ("\(layer).output", [width, width]), ("\(layer).gate", [inner, width]),
        ("\(layer).up", [inner, width]), ("\(layer).down", [width, inner]),
      ]
    }
    return list
  }

  func store(on device: any Device) throws -> ParameterStore {
    let store = ParameterStore(device: device)
    var numbers = Numbers(seed: 11)
    for (name, shape) in parameters {
      let range: ClosedRange<Float> = shape.count == 1 ? 0.8...1.2 : -0.15...0.15
      var tensor = numbers.tensor(shape, range)
      if shape.count == 2 {
        if roundsMatrices { tensor = tensor.converted(to: .bfloat16) }
        tensor = tensor.converted(to: matrices)
      }
      try store.set(name, tensor)
    }
    return store
  }

  /// The graph: outputs `logProbability`, `loss` and, if asked, `gradient.<name>`.
  func graph(gradients: Bool = true) throws -> Graph {
    let g = GraphBuilder()
    var leaves: [String: Value] = [:]
    for (name, shape) in parameters {
      leaves[name] = try g.parameter(name, shape, shape.count == 2 ? matrices : .float32)
    }
    func p(_ name: String) throws -> Value {
      guard let value = leaves[name] else { throw EngineError.missingParameter(name: name) }
      return value
    }
    let tokens = try g.input("tokens", ["T"], .int32)
    let segments = try g.input("segments", ["n", 7], .int32)
    let cosine = try g.input("cosine", ["T", .fixed(headWidth / 2)])
    let sine = try g.input("sine", ["T", .fixed(headWidth / 2)])
    var x = try g.gatherRows(table: p("embedding"), indices: tokens)
    for layer in 0..<layers {
      x = try g.scope("layers.\(layer)") {
        let n = try g.rmsNorm(x, weight: p("\(layer).norm1"), epsilon: 1e-6)
        let query = try g.linear(
          n, weight: p("\(layer).query"), bias: p("\(layer).query.bias"))
        let key = try g.linear(n, weight: p("\(layer).key"))
        let attended = try g.attention(
          query: g.rotary(query, cosine: cosine, sine: sine, heads: heads),
          key: g.rotary(key, cosine: cosine, sine: sine, heads: keyValueHeads),
          value: g.linear(n, weight: p("\(layer).value")), segments: segments, heads: heads,
          keyValueHeads: keyValueHeads, causal: true, scale: 0.25)
        let y = try g.add(x, g.linear(attended, weight: p("\(layer).output")))
        let m = try g.rmsNorm(y, weight: p("\(layer).norm2"), epsilon: 1e-6)
        let hidden = try g.swiglu(
          gate: g.linear(m, weight: p("\(layer).gate")), up: g.linear(m, weight: p("\(layer).up")))
        return try g.add(y, g.linear(hidden, weight: p("\(layer).down")))
      }
    }
    let rows = try g.gatherRows(
      table: g.rmsNorm(x, weight: p("norm"), epsilon: 1e-6),
      indices: g.input("rows", ["R"], .int32))
    let result = try g.tokenLogProbabilities(
      hidden: rows, head: p("embedding"), targets: g.input("targets", ["R"], .int32),
      temperature: 1)
    try g.output("logProbability", result.logProbability)
    let loss = try g.negate(
      g.sum(g.multiply(result.logProbability, g.input("weights", ["R"]))))
    try g.output("loss", loss)
    if gradients {
      let names = parameters.filter { trainsMatrices || $0.shape.count == 1 }.map(\.name)
      let targets = try names.map(p)
      for (name, gradient) in zip(names, try g.gradients(of: loss, withRespectTo: targets)) {
        try g.output("gradient.\(name)", gradient)
      }
    }
    return try g.finish()
  }

  /// Groups of a prompt and its responses, packed. With `shared` false the prompt is repeated for
  /// every response.
  func batch(
    prompts: [Int], responses: Int, length: Int, shared: Bool = true
  ) -> [String: HostTensor] {
    var numbers = Numbers(seed: 3)
    var (tokens, positions, rows, targets): ([Int32], [Int], [Int32], [Int32]) = ([], [], [], [])
    var segments: [[Int32]] = []
    for (group, prompt) in prompts.enumerated() {
      let promptTokens = numbers.indices(prompt, below: vocabulary).integers
      let answers = (0..<responses).map { _ in
        numbers.indices(length, below: vocabulary).integers
      }
      func appendRows(_ added: [Int32], from position: Int) -> Int32 {
        let start = Int32(tokens.count)
        tokens += added
        positions += position..<position + added.count
        return start
      }
      let count = Int32(prompt)
      var start: Int32 = 0
      if shared {
        start = appendRows(promptTokens, from: 0)
        segments.append([start, count, 0, 0, start, count, Int32(group)])
      }
      for (index, answer) in answers.enumerated() {
        let owner = Int32(shared ? group : group * responses + index)
        if !shared {
          start = appendRows(promptTokens, from: 0)
          segments.append([start, count, 0, 0, start, count, owner])
        }
        let first = appendRows(answer, from: prompt)
        let own = Int32(length)
        segments.append([first, own, start, count, first, own, owner])
        rows += [start + count - 1] + (0..<own - 1).map { first + $0 }
        targets += answer
      }
    }
    let angles = positions.flatMap { position in
      (0..<headWidth / 2).map { Float(position) / pow(20, Float($0) * 2 / Float(headWidth)) }
    }
    let table = [positions.count, headWidth / 2]
    return [
      "tokens": HostTensor(tokens, shape: [tokens.count]), "segments": segmentTable(segments),
      "cosine": HostTensor(angles.map { cos($0) }, shape: table),
      "sine": HostTensor(angles.map { sin($0) }, shape: table),
      "rows": HostTensor(rows, shape: [rows.count]),
      "targets": HostTensor(targets, shape: [targets.count]),
      "weights": numbers.tensor([rows.count], 0.001...0.01),
    ]
  }
}
