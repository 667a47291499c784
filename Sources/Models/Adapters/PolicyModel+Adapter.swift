import Foundation
import TensorEngine

extension PolicyModel {
  /// A policy with a new adapter on this model's weights, which both models have in the same memory:
  /// so this one is the other's reference policy at no cost. The adapted policy's results are this
  /// model's bit for bit until it is trained.
  ///
  /// - Parameters:
  ///   - seed: with `stream` and a parameter's name decides the values of A.
  ///   - stream: what the adapter is for; adapters of several stages start with different values.
  /// - Throws: `AdapterError`.
  public func adapted(
    _ settings: AdapterSettings, seed: UInt64, stream: String = "adapter"
  ) throws -> PolicyModel {
    guard adapter == nil else { throw AdapterError.alreadyAdapted }
    let adapter = try Adapter(settings, configuration)
    return try adapted(adapter) {
      InitializationSettings().values(of: $0, seed: seed, stream: stream)
    }
  }

  /// A policy with the adapter of a folder in the layout of the `peft` library.
  ///
  /// - Throws: `ModelError` that names the file, and the tensor where one is at fault.
  public func adapted(from folder: URL) throws -> PolicyModel {
    guard adapter == nil else { throw AdapterError.alreadyAdapted }
    let files = try AdapterFiles(contentsOf: folder, for: configuration)
    return try adapted(files.adapter) {
      HostTensor(files.values[$0.name] ?? [], shape: $0.shape)
    }
  }

  private func adapted(
    _ adapter: Adapter, _ values: (ParameterSpecification) throws -> HostTensor
  ) throws -> PolicyModel {
    let parameters = try parameters.copy { _ in false }
    for parameter in adapter.parameters { try parameters.set(parameter.name, values(parameter)) }
    return try PolicyModel(
      configuration: configuration, adapter: adapter, parameters: parameters, device: device,
      rule: rule, precision: precision)
  }

  /// The policy with its adapter at scale 0: the weights it was put on, in the same memory. This
  /// model itself where it has no adapter.
  public func withoutAdapter() throws -> PolicyModel {
    guard let adapter else { return self }
    let parameters = try parameters.copy { _ in false }
    for parameter in adapter.parameters { parameters.remove(parameter.name) }
    return try PolicyModel(
      configuration: configuration, parameters: parameters, device: device, rule: rule,
      precision: precision)
  }

  /// A model in float32 without adapter that computes the same up to rounding: every adapted weight is
  /// `W + (alpha / rank) B A`, the other weights are the same memory unless they had to be widened. This
  /// model itself where it has no adapter.
  public func merged() throws -> PolicyModel {
    guard let adapter else { return self }
    guard precision == .float32 else { return try keeping(.float32).merged() }
    let model = try withoutAdapter()
    for layer in adapter.layers {
      let graph = GraphBuilder()
      let weight = layer.name + ".weight"
      let change = try graph.matmul(
        graph.parameter(Adapter.up(layer.name), [layer.outputs, adapter.rank]),
        graph.parameter(Adapter.down(layer.name), [adapter.rank, layer.inputs]))
      try graph.output(
        weight,
        graph.add(
          graph.parameter(weight, [layer.outputs, layer.inputs]),
          graph.scale(change, adapter.scale)))
      let results = try Executable(graph.finish(), on: device).run([:], parameters: parameters)
      try model.parameters.set(weight, results.host(weight))
    }
    return model
  }

  /// The adapter as files; nil where there is none.
  public func adapterFiles() throws -> AdapterFiles? {
    guard let adapter else { return nil }
    var values: [String: [Float]] = [:]
    for parameter in adapter.parameters {
      values[parameter.name] = try parameters.get(parameter.name).floats
    }
    return AdapterFiles(adapter, values: values, configuration)
  }

  /// Writes the adapter alone, in the layout of the `peft` library; the folder appears whole or not
  /// at all.
  ///
  /// - Throws: `ModelError.invalid` without an adapter, `ModelError.cannotWrite`.
  public func saveAdapter(to folder: URL) throws {
    guard let files = try adapterFiles() else {
      throw ModelError.invalid("the model has no adapter to save")
    }
    try files.write(to: folder)
  }
}
