import TensorEngine

@testable import Models

/// A packed forward and backward pass as trainers make it: log-probabilities at a temperature, a
/// weighted sum of them as the loss, and every parameter's gradient.
struct TrainingPass {
  private let model: PolicyModel
  private let withVisuals: Executable
  private let withoutVisuals: Executable
  private let temperature: Double

  init(_ model: PolicyModel, temperature: Double = 1) throws {
    self.model = model
    self.temperature = temperature
    withVisuals = try Self.executable(model, hasVisuals: true)
    withoutVisuals = try Self.executable(model, hasVisuals: false)
  }

  private static func executable(_ model: PolicyModel, hasVisuals: Bool) throws -> Executable {
    let g = GraphBuilder()
    let (logProbability, entropy) = try QwenGraph.tokenLogProbabilities(
      g, model.configuration, adapter: model.adapter, hasVisuals: hasVisuals,
      temperature: g.input("temperature", []))
    let weights = try g.input("weights", ["targets"])
    let loss = try g.negate(g.sum(g.multiply(weights, logProbability)))
    try g.output("logProbability", logProbability)
    try g.output("entropy", entropy)
    try g.output("loss", loss)
    try QwenGraph.declareGradients(of: loss, g, model.configuration, adapter: model.adapter)
    return try Executable(g.finish(), on: model.device)
  }

  /// - Parameter weight: of a target, by its place in the batch.
  func run(_ batch: PackedBatch, weight: (Int) -> Float = { _ in 1 }) throws -> Results {
    var inputs = batch.inputs
    inputs["temperature"] = HostTensor(Float(temperature))
    inputs["weights"] = HostTensor(
      (0..<batch.targetCount).map(weight), shape: [batch.targetCount])
    let executable = batch.hasVisuals ? withVisuals : withoutVisuals
    return try executable.run(inputs, parameters: model.parameters)
  }

  /// The log-probabilities of every response of every group.
  func logProbabilities(
    _ groups: [(prompt: Prompt, responses: [[Int]])], sharePrompt: Bool = true
  ) throws -> [[[UInt32]]] {
    let batch = try PackedBatch(
      groups, configuration: model.configuration, sharePrompt: sharePrompt)
    let all = try run(batch).bits("logProbability")
    return batch.targetRanges.map { $0.map { Array(all[$0]) } }
  }
}

extension Results {
  /// The bit patterns of an output.
  func bits(_ name: String) throws -> [UInt32] { try host(name).floats.map(\.bitPattern) }

  var gradientNames: [String] { names.filter { $0.hasPrefix("gradient.") } }
}

/// The relative error of a list of numbers, in the Euclidean norm.
func relativeError(_ found: [Float], _ expected: [Float]) -> Double {
  var (error, size) = (0.0, 0.0)
  for (a, b) in zip(found, expected) {
    error += (Double(a) - Double(b)) * (Double(a) - Double(b))
    size += Double(b) * Double(b)
  }
  guard found.count == expected.count, error.isFinite else { return .infinity }
  return error == 0 ? 0 : (error / size).squareRoot()
}
