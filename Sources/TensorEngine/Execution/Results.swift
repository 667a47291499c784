/// The outputs of one run. They stay on the device until asked for.
public final class Results: Sendable {
  private let device: any Device
  private let tensors: [String: (buffer: any DeviceBuffer, shape: [Int])]

  init(device: any Device, _ tensors: [String: (buffer: any DeviceBuffer, shape: [Int])]) {
    self.device = device
    self.tensors = tensors
  }

  /// All names, sorted.
  public var names: [String] { tensors.keys.sorted() }

  /// A copy of an output.
  public func host(_ name: String) throws -> HostTensor {
    let known = try tensor(name)
    return try device.download(known.buffer, shape: known.shape)
  }

  /// An output of one element.
  public func scalar(_ name: String) throws -> Float {
    let tensor = try host(name)
    guard tensor.floats.count == 1 else {
      throw EngineError.sizeConflict(
        name: name, message: "is \(tensor.shape), not a single float")
    }
    return tensor.floats[0]
  }

  /// Adds the outputs named `gradient.…` of another run of the same graph to these, in place.
  ///
  /// An update that does not fit in memory is computed in several runs, and this is their sum. Runs
  /// are to be added in a fixed order, because sums of floats depend on it.
  public func addGradients(of other: Results) throws {
    for name in names where name.hasPrefix("gradient.") {
      let (sum, addend) = (try tensor(name), try other.tensor(name))
      guard sum.shape == addend.shape else {
        throw EngineError.sizeConflict(
          name: name, message: "is \(sum.shape) in one run and \(addend.shape) in another")
      }
      try device.add(addend.buffer, to: sum.buffer)
    }
  }

  func tensor(_ name: String) throws -> (buffer: any DeviceBuffer, shape: [Int]) {
    guard let known = tensors[name] else { throw EngineError.missingOutput(name: name) }
    return known
  }
}
