/// Finding out where NaN or infinity came from, after a run that gave some.
extension Executable {
  /// What is not finite in a run on these inputs: the first parameter or input that is not, by name;
  /// else the first operation whose result is not, where the device can tell; nil when all is.
  ///
  /// Takes a run's time, and is meant for after the fact.
  public func notFinite(
    _ inputs: [String: HostTensor], parameters: ParameterStore
  ) throws -> EngineError? {
    if let name = try parameters.firstNotFinite() { return .notFinite(name: name) }
    for name in graph.inputNames {
      if let tensor = inputs[name], !tensor.floats.allSatisfy(\.isFinite) {
        return .notFinite(name: name)
      }
    }
    return try device.firstNotFinite {
      _ = try run(inputs, parameters: parameters)
    }
  }
}
