/// A request to a server.
public struct HTTPRequest: Sendable {
  public var url: String
  public var headers: [(name: String, value: String)]
  public var body: [UInt8]
}

/// A complete answer of a server.
public struct HTTPResponse: Sendable {
  public var status: Int
  /// By lower-case name.
  public var headers: [String: String]
  public var body: [UInt8]
}

/// The way to a server.
public protocol HTTPTransport: Sendable {
  /// Posts a request and waits for the whole answer.
  ///
  /// - Parameter timeout: seconds for everything, from the first byte out to the last byte in.
  /// - Throws: `JudgeFailure` with cause `timeout` or `network`; `CancellationError`.
  func post(_ request: HTTPRequest, timeout: Double) async throws -> HTTPResponse
}
