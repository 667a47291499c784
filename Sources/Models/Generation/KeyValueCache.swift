import TensorEngine

/// The keys and values of earlier rows, one slot per row, one pair of buffers per layer.
///
/// A prompt's slots come first and are shared by its rollouts; every rollout has a range of its own
/// after them.
final class KeyValueCache {
  let states: StateStore
  private let configuration: QwenConfiguration
  private var slots = 0

  init(_ configuration: QwenConfiguration, device: any Device) {
    self.configuration = configuration
    states = StateStore(device: device)
  }

  static func keyName(_ layer: Int) -> String { "cache.\(layer).key" }
  static func valueName(_ layer: Int) -> String { "cache.\(layer).value" }

  /// Makes room for at least `count` slots; what was written is lost if there was less.
  func reserve(_ count: Int) throws {
    guard count > slots else { return }
    for layer in 0..<configuration.text.layers {
      for name in [Self.keyName(layer), Self.valueName(layer)] {
        try states.allocate(name, shape: [count, configuration.text.keyValueSize])
      }
    }
    slots = count
  }
}
