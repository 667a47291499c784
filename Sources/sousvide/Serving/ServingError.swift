import Foundation

/// Why nothing can be served at a port.
enum ServingError: Error, Sendable, Equatable, CustomStringConvertible {
  case notAPort(Int)
  case inUse(Int)
  /// Only the system's own programs may take it.
  case privileged(Int)
  /// For the system's reason.
  case cannotListen(Int, reason: String)

  /// Of a port that is not asked for at all.
  init(refusing port: Int) {
    self = (1..<1024).contains(port) ? .privileged(port) : .notAPort(port)
  }

  init(_ port: Int, _ code: Int32) {
    self =
      switch code {
      case EADDRINUSE: .inUse(port)
      case EACCES, EPERM: .privileged(port)
      default: .cannotListen(port, reason: String(cString: strerror(code)))
      }
  }

  var description: String {
    switch self {
    case .notAPort(let port):
      "\(port) is no port: they go from 1024 to 65535, and 0 is any free one"
    case .inUse(let port):
      "port \(port) is in use by another program; choose another one with --port, or any free one with --port 0"
    case .privileged(let port):
      "port \(port) is kept for the system; choose one from 1024, or any free one with --port 0"
    case .cannotListen(let port, let reason): "cannot listen at port \(port): \(reason)"
    }
  }
}
