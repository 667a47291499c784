/// Named tensors on a device: the trainable parameters of a model.
///
/// Not thread-safe beyond single calls: do not train and sample from one store at the same time.
public final class ParameterStore: @unchecked Sendable {
  public let device: any Device
  private let lock = Lock()
  private var tensors: [String: (buffer: any DeviceBuffer, shape: [Int])] = [:]
  private var changes = 0

  public init(device: any Device) { self.device = device }

  /// Counts changes of any parameter; equal versions mean equal contents.
  public var version: Int { lock.withLock { changes } }

  /// All names, sorted.
  public var names: [String] { lock.withLock { tensors.keys.sorted() } }

  /// The number of elements of all parameters.
  public var elementCount: Int {
    lock.withLock { tensors.values.reduce(0) { $0 + $1.buffer.count } }
  }

  public func shape(of name: String) -> [Int]? { lock.withLock { tensors[name]?.shape } }

  /// Sets a parameter. A parameter that exists keeps its shape.
  public func set(_ name: String, _ tensor: HostTensor) throws {
    guard tensor.element == .float32 else {
      throw EngineError.sizeConflict(name: name, message: "a parameter is a float tensor")
    }
    try lock.withLock {
      if let known = tensors[name], known.shape != tensor.shape {
        throw EngineError.sizeConflict(
          name: name, message: "has the shape \(known.shape) and was set to \(tensor.shape)")
      }
      let buffer =
        try tensors[name]?.buffer ?? device.allocate(.float32, count: tensor.count)
      try device.upload(tensor, to: buffer)
      tensors[name] = (buffer, tensor.shape)
      changes += 1
    }
  }

  /// A copy of a parameter's values.
  public func get(_ name: String) throws -> HostTensor {
    let known = lock.withLock { tensors[name] }
    guard let known else { throw EngineError.missingParameter(name: name) }
    return try device.download(known.buffer, shape: known.shape)
  }

  /// A store with the same values on the same device, independent from now on.
  public func copy() throws -> ParameterStore {
    let result = ParameterStore(device: device)
    for name in names { try result.set(name, get(name)) }
    return result
  }

  func tensor(_ name: String) throws -> (buffer: any DeviceBuffer, shape: [Int]) {
    guard let known = lock.withLock({ tensors[name] }) else {
      throw EngineError.missingParameter(name: name)
    }
    return known
  }

  /// To be called after an update in place.
  func contentsChanged() { lock.withLock { changes += 1 } }
}
