/// Named tensors on a device: the parameters of a model, trained or frozen.
///
/// Copies can share the memory of parameters until one of the stores changes them. Not thread-safe beyond single calls: do not train and sample from one store at the same time.
public final class ParameterStore: @unchecked Sendable {
  public let device: any Device
  private let lock = Lock()
  private var tensors: [String: (buffer: any DeviceBuffer, shape: [Int])] = [:]
  /// Names whose memory may belong to another store too.
  private var shared: Set<String> = []
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

  /// How a parameter is kept: float32, or bfloat16 where it is not trained.
  public func element(of name: String) -> ElementType? {
    lock.withLock { tensors[name]?.buffer.element }
  }

  /// Sets a parameter. A parameter that exists keeps its shape. A bfloat16 tensor must be a matrix.
  public func set(_ name: String, _ tensor: HostTensor) throws {
    try lock.withLock {
      try check(name, tensor.element, tensor.shape)
      let known = shared.contains(name) ? nil : tensors[name]?.buffer
      let own = known?.element == tensor.element ? known : nil
      let buffer = try own ?? device.allocate(tensor.element, shape: tensor.shape, zeroed: false)
      try device.upload(tensor, to: buffer)
      keep(name, buffer, tensor.shape)
    }
  }

  /// Sets a parameter to what `read` gives, stretch by stretch, so that the device's memory is all that a
  /// large one takes. After an error the store is as it was.
  public func set(
    _ name: String, _ element: ElementType, shape: [Int], from read: ElementReader
  ) throws {
    try lock.withLock { try check(name, element, shape) }
    let buffer = try device.allocate(element, shape: shape, zeroed: false)
    try device.fill(buffer, from: read)
    lock.withLock { keep(name, buffer, shape) }
  }

  /// Under the lock.
  private func check(_ name: String, _ element: ElementType, _ shape: [Int]) throws {
    if element == .int32 {
      throw EngineError.sizeConflict(name: name, message: "a parameter is a float tensor")
    }
    if element == .bfloat16, shape.count != 2 {
      throw EngineError.sizeConflict(
        name: name, message: "only matrices are kept as bfloat16, and its shape is \(shape)")
    }
    if let known = tensors[name], known.shape != shape {
      throw EngineError.sizeConflict(
        name: name, message: "has the shape \(known.shape) and was set to \(shape)")
    }
  }

  /// Under the lock.
  private func keep(_ name: String, _ buffer: any DeviceBuffer, _ shape: [Int]) {
    tensors[name] = (buffer, shape)
    shared.remove(name)
    changes += 1
  }

  /// A copy of a parameter's values.
  public func get(_ name: String) throws -> HostTensor {
    let known = lock.withLock { tensors[name] }
    guard let known else { throw EngineError.missingParameter(name: name) }
    return try device.download(known.buffer, shape: known.shape)
  }

  /// The first float parameter that holds NaN or infinity. What is kept in fewer bits was looked at when
  /// it was read or rounded.
  public func firstNotFinite() throws -> String? {
    try names.first { name in
      let buffer = try tensor(name).buffer
      // A sum of squares in Double overflows for no finite floats.
      return try buffer.element == .float32 && !device.sumOfSquares(buffer).isFinite
    }
  }

  /// A store with the same values on the same device.
  ///
  /// - Parameter isCopied: Which parameters are copied now: all by default. The others are the same
  ///   memory in both stores until one of them is set or trained.
  public func copy(where isCopied: (String) -> Bool = { _ in true }) throws -> ParameterStore {
    let result = ParameterStore(device: device)
    for name in names {
      if isCopied(name) {
        try result.set(name, get(name))
      } else {
        lock.withLock { _ = shared.insert(name) }
        result.share(name, try tensor(name))
      }
    }
    return result
  }

  private func share(_ name: String, _ tensor: (buffer: any DeviceBuffer, shape: [Int])) {
    lock.withLock {
      tensors[name] = tensor
      shared.insert(name)
      changes += 1
    }
  }

  /// Gives a parameter memory of its own, to be called before an update in place.
  func detach(_ name: String) throws {
    guard lock.withLock({ shared.contains(name) }) else { return }
    try set(name, get(name))
  }

  /// Removes a parameter from this store; stores that share it keep it.
  public func remove(_ name: String) {
    lock.withLock {
      tensors[name] = nil
      shared.remove(name)
      changes += 1
    }
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
