/// Named persistent buffers on a device, such as the KV cache. Only `writeRows` changes them.
public final class StateStore: @unchecked Sendable {
  public let device: any Device
  private let lock = Lock()
  private var tensors: [String: (buffer: any DeviceBuffer, shape: [Int])] = [:]

  public init(device: any Device) { self.device = device }

  /// All names, sorted.
  public var names: [String] { lock.withLock { tensors.keys.sorted() } }

  public func shape(of name: String) -> [Int]? { lock.withLock { tensors[name]?.shape } }

  /// Makes a state of zeros, in place of one with the same name.
  public func allocate(_ name: String, shape: [Int]) throws {
    let buffer = try device.allocate(.float32, shape: shape, zeroed: true)
    lock.withLock { tensors[name] = (buffer, shape) }
  }

  /// A copy of a state's values.
  public func get(_ name: String) throws -> HostTensor {
    let known = try tensor(name)
    return try device.download(known.buffer, shape: known.shape)
  }

  /// Frees a state.
  public func remove(_ name: String) { lock.withLock { tensors[name] = nil } }

  func tensor(_ name: String) throws -> (buffer: any DeviceBuffer, shape: [Int]) {
    guard let known = lock.withLock({ tensors[name] }) else {
      throw EngineError.missingState(name: name)
    }
    return known
  }
}
