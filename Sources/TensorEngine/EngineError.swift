/// What can go wrong while building, planning or running a tensor graph.
public enum EngineError: Error, Sendable, Equatable {
  /// The operand shapes of an operation do not fit; `message` shows them.
  case shape(operation: String, scope: String, message: String)
  /// A value was used with the wrong builder, or a name was used for two different things.
  case graph(scope: String, message: String)
  /// An operation has no derivative with respect to the value that a loss depends on.
  case notDifferentiable(operation: String, scope: String, message: String)
  /// An input of the graph was not given.
  case missingInput(name: String)
  /// A parameter that the graph reads is not in the store.
  case missingParameter(name: String)
  /// A state that the graph reads is not in the store.
  case missingState(name: String)
  /// A gradient that the optimizer needs is not among the results.
  case missingOutput(name: String)
  /// A tensor was given with another shape or element type than declared.
  case sizeConflict(name: String, message: String)
  /// An index points outside the rows it selects from.
  case indexOutOfRange(operation: String, scope: String, index: Int, bound: Int)
  /// Indices that must be distinct are not, or a segment table contradicts itself.
  case invalidIndices(operation: String, scope: String, message: String)
  /// A tensor holds NaN or infinity where training cannot go on.
  case notFinite(name: String)
  /// An operation made NaN or infinity of inputs that hold neither.
  case notFiniteResult(operation: String, scope: String)
  /// Memory could not be obtained.
  case memory(bytes: Int, purpose: String)
  /// A library or device that was asked for is not available.
  case unavailable(message: String)
}

extension EngineError {
  /// Whether NaN or infinity is the trouble.
  public var isAboutFiniteness: Bool {
    switch self {
    case .notFinite, .notFiniteResult: true
    default: false
    }
  }
}

extension EngineError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .shape(let operation, let scope, let message):
      "\(operation)\(Self.place(scope)): \(message)"
    case .graph(let scope, let message):
      "graph\(Self.place(scope)): \(message)"
    case .notDifferentiable(let operation, let scope, let message):
      "\(operation)\(Self.place(scope)) cannot be differentiated: \(message)"
    case .missingInput(let name):
      "the input '\(name)' was not given"
    case .missingParameter(let name):
      "the parameter '\(name)' is not in the parameter store"
    case .missingState(let name):
      "the state '\(name)' was not allocated"
    case .missingOutput(let name):
      "there is no output '\(name)'"
    case .sizeConflict(let name, let message):
      "'\(name)': \(message)"
    case .indexOutOfRange(let operation, let scope, let index, let bound):
      "\(operation)\(Self.place(scope)): index \(index) is outside 0..<\(bound)"
    case .invalidIndices(let operation, let scope, let message):
      "\(operation)\(Self.place(scope)): \(message)"
    case .notFinite(let name):
      "'\(name)' is not finite (NaN or infinity)"
    case .notFiniteResult(let operation, let scope):
      "\(operation)\(Self.place(scope)): the result is not finite (NaN or infinity), though what it "
        + "was computed from is"
    case .memory(let bytes, let purpose):
      "cannot allocate \(bytes) bytes for \(purpose)"
    case .unavailable(let message):
      message
    }
  }

  private static func place(_ scope: String) -> String { scope.isEmpty ? "" : " in \(scope)" }
}

/// A shape rule's complaint; the builder adds operation and scope.
struct ShapeProblem: Error {
  var message: String
  init(_ message: String) { self.message = message }
}
