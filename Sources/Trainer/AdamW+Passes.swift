import TensorEngine

extension AdamW {
  /// What one update reports.
  struct Update {
    var loss: Double
    /// Before clipping.
    var gradientNorm: Double
  }

  /// One update from the sum of the gradients of several passes. Every token's weight is that of the
  /// whole update, so that the sum is the gradient of the whole, and not a mean of means.
  ///
  /// - Parameters:
  ///   - passes: The inputs of each, in the order in which gradients are added.
  ///   - read: Takes what it needs of every pass before the next one runs.
  /// - Throws: `EngineError.notFinite` or `.notFiniteResult` that names what is not; the parameters
  ///   are as they were.
  func update(
    _ programs: StagePrograms, _ passes: [PassInputs], parameters: ParameterStore,
    rate: Double, read: (Results) throws -> Void = { _ in }
  ) throws -> Update {
    var loss: Double?
    var sum: Results?
    for pass in passes {
      let executable = try programs.program(hasVisuals: pass.hasVisuals)
      let results = try executable.run(pass.inputs, parameters: parameters)
      let part = Double(try results.scalar("loss"))
      guard part.isFinite else {
        throw try executable.notFinite(pass.inputs, parameters: parameters)
          ?? EngineError.notFinite(name: "loss")
      }
      try read(results)
      loss = loss.map { $0 + part } ?? part
      if let sum { try sum.addGradients(of: results) } else { sum = results }
    }
    guard let loss, let sum else { throw EngineError.missingOutput(name: "loss") }
    do {
      return Update(loss: loss, gradientNorm: try step(sum, learningRate: rate).gradientNorm)
    } catch EngineError.notFinite(let name) {
      for pass in passes {
        let executable = try programs.program(hasVisuals: pass.hasVisuals)
        if let cause = try executable.notFinite(pass.inputs, parameters: parameters) { throw cause }
      }
      throw EngineError.notFinite(name: name)
    }
  }
}
