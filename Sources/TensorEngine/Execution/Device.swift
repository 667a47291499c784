/// Memory of one tensor on a device. Opaque: only its device can look inside.
public protocol DeviceBuffer: AnyObject, Sendable {
  var element: ElementType { get }
  /// Elements.
  var count: Int { get }
}

/// A place where graphs run. No caller ever sees its memory; tensors go in and come out as
/// `HostTensor`.
public protocol Device: AnyObject, Sendable {
  /// What it is, for logs: `cpu x86-64-v4, 2 threads`.
  var name: String { get }
  /// Threads of this machine that it computes with.
  var threads: Int { get }
  /// A buffer, of zeros if asked for; else what it holds is undefined until it is written. Of bfloat16
  /// it is a matrix.
  func allocate(_ element: ElementType, shape: [Int], zeroed: Bool) throws -> any DeviceBuffer
  /// Replaces the contents of a buffer of the same element type and count.
  func upload(_ tensor: HostTensor, to buffer: any DeviceBuffer) throws
  /// Replaces the contents of a buffer by what `read` gives, which is asked for all elements in order,
  /// in stretches that suit the device: nothing but a stretch is in memory a second time. After an
  /// error the contents are undefined.
  func fill(_ buffer: any DeviceBuffer, from read: ElementReader) throws
  /// A copy of the contents under a shape of the same count.
  func download(_ buffer: any DeviceBuffer, shape: [Int]) throws -> HostTensor
  /// Compiles a graph for this device.
  func compile(_ graph: Graph) throws -> any DeviceProgram
  /// Adds a float buffer to another one of the same count, element by element.
  func add(_ addend: any DeviceBuffer, to sum: any DeviceBuffer) throws
  /// The sum of squares of a float buffer, in Double and in a fixed order.
  func sumOfSquares(_ buffer: any DeviceBuffer) throws -> Double
  /// One AdamW update of a parameter and its moments, in place.
  func adamW(_ update: AdamWUpdate, _ tensors: AdamWTensors) throws
  /// Runs work of the host's on the device's threads: `body(item, worker)` for every item once. `worker`
  /// is below `threads`, and never the same for two items at the same time.
  func forEach(_ items: Int, _ body: (_ item: Int, _ worker: Int) -> Void)
  /// The log-probabilities of some tokens by one row of logits `[V]` over the temperature, with the bits
  /// that `GraphBuilder.tokenLogProbabilities` gives on this device. May be called from `forEach`.
  ///
  /// - Parameters:
  ///   - tokens: each in `0 ..< V`.
  ///   - temperature: positive.
  func logProbabilities(
    of tokens: [Int], logits: UnsafeBufferPointer<Float>, temperature: Double
  ) -> [Float]
  /// The first operation inside `body` whose result is not finite; nil too where the device cannot tell.
  func firstNotFinite(_ body: () throws -> Void) throws -> EngineError?
}

extension Device {
  public func firstNotFinite(_ body: () throws -> Void) throws -> EngineError? {
    try body()
    return nil
  }
}

/// Writes a stretch of a tensor's elements, in the tensor's element type.
public typealias ElementReader = (
  _ elements: Range<Int>, _ into: UnsafeMutableRawBufferPointer
) throws -> Void

/// A graph compiled for a device.
public protocol DeviceProgram: AnyObject, Sendable {
  /// The memory needed for these symbol sizes.
  func plan(for sizes: [String: Int]) throws -> MemoryPlan
  /// What a run of these sizes leaves in memory.
  func footprint(for sizes: [String: Int]) throws -> RunFootprint
  /// Runs the graph and returns its outputs in order.
  func run(_ bindings: ProgramBindings) throws -> [any DeviceBuffer]
}

extension DeviceProgram {
  /// Without packed weights.
  public func footprint(for sizes: [String: Int]) throws -> RunFootprint {
    let plan = try plan(for: sizes)
    return RunFootprint(
      written: try plan.written(for: sizes), reservedBytes: plan.reservedBytes,
      outputBytes: try plan.outputBytes(for: sizes), keptPanels: [:], releasedPanels: [])
  }
}

/// What a program runs on. Indices and sizes have been checked.
public struct ProgramBindings {
  /// The size of every symbol.
  public var sizes: [String: Int]
  /// In the order of `Graph.inputNames`.
  public var inputs: [HostTensor]
  /// In the order of `Graph.parameterNames`.
  public var parameters: [any DeviceBuffer]
  /// In the order of `Graph.stateNames`.
  public var states: [any DeviceBuffer]
}

/// The numbers of one AdamW update.
public struct AdamWUpdate: Sendable, Hashable {
  public var learningRate: Double
  public var beta1: Double
  public var beta2: Double
  public var epsilon: Double
  public var weightDecay: Double
  /// The number of this step, from 1.
  public var step: Int
  /// What the gradient is multiplied with first: the clip factor.
  public var gradientScale: Double
}

/// The buffers of one AdamW update. All have the same count.
public struct AdamWTensors {
  public var parameter: any DeviceBuffer
  public var gradient: any DeviceBuffer
  public var firstMoment: any DeviceBuffer
  public var secondMoment: any DeviceBuffer
}
