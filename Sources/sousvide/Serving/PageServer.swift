import Foundation
import Synchronization

/// Answers browsers of this machine, and nobody else: a few documents, read only, on the loopback interface.
///
/// It is no web server. A request is a GET of at most 8 KiB that comes within a few seconds and names this machine
/// as its host, so that no page of another site can read what is served here by having its name point here; it is
/// answered and the connection closed. A few connections are served at a time, others are turned away.
final class PageServer: Sendable {
  /// What is sent.
  struct Document: Sendable {
    var type: String
    var body: String
    /// What the browser may do with it: a value of `Content-Security-Policy`.
    var policy = "default-src 'none'; frame-ancestors 'none'"

    static func json(_ body: String) -> Document { Document(type: "application/json", body: body) }
  }

  /// Connections at the same time.
  static let most = 8
  /// Seconds in which a request has to come, and an answer has to be taken.
  static let patience = 5.0

  let port: Int
  private let listener: Int32
  private let respond: @Sendable (String) -> Document?
  private let connections = Atomic<Int>(0)
  private let isStopped = Atomic<Bool>(false)

  /// Listens from now on.
  ///
  /// - Parameters:
  ///   - port: 0 for any free one.
  ///   - respond: the document at a path, or nil; asked from several threads.
  /// - Throws: `ServingError`.
  init(port: Int, respond: @escaping @Sendable (String) -> Document?) throws(ServingError) {
    (listener, self.port) = try Self.listen(port)
    self.respond = respond
    Thread.detachNewThread { [listener, weak self] in
      // Closed here and nowhere else: its number means another file as soon as it is.
      defer { close(listener) }
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else {
          // A client that has gone away again, or no descriptor just now, is no reason to end.
          if [EINTR, ECONNABORTED].contains(errno) { continue }
          if [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) {
            usleep(50_000)
            continue
          }
          return
        }
        guard let self else {
          close(connection)
          return
        }
        self.take(connection)
      }
    }
  }

  deinit { stop() }

  /// Where a browser finds it.
  var address: String { "http://127.0.0.1:\(port)/" }

  /// Listens no longer; what is being answered is answered.
  func stop() {
    guard !isStopped.exchange(true, ordering: .relaxed) else { return }
    shutdown(listener, Int32(SHUT_RDWR))
  }

  private func take(_ connection: Int32) {
    guard connections.wrappingAdd(1, ordering: .relaxed).newValue <= Self.most else {
      _ = connections.wrappingSubtract(1, ordering: .relaxed)
      close(connection)
      return
    }
    Thread.detachNewThread { [self] in
      serve(connection)
      close(connection)
      _ = connections.wrappingSubtract(1, ordering: .relaxed)
    }
  }

  private func serve(_ connection: Int32) {
    let deadline = ContinuousClock.now + .seconds(Self.patience)
    let answer: [UInt8]
    do {
      guard let head = try head(connection, until: deadline) else { return }
      let hosts: Set = ["127.0.0.1:\(port)", "localhost:\(port)"]
      let request = try HTTPRequest(head: head, hosts: hosts)
      answer =
        respond(request.path).map { Self.answer("200 OK", $0) }
        ?? Self.answer(
          "404 Not Found", Document(type: "text/plain", body: "there is nothing here\n"))
    } catch {
      answer = Self.answer(
        error.status, Document(type: "text/plain", body: error.status + "\n"),
        allows: error == .otherMethod)
    }
    send(answer, connection, until: deadline + .seconds(Self.patience))
    // What the client still sends is taken, a little of it: closing on it would take the answer away again.
    shutdown(connection, Int32(SHUT_WR))
    var rest = [UInt8](repeating: 0, count: 4096)
    for _ in 0..<16 where isReady(connection, POLLIN, until: .now + .milliseconds(200)) {
      guard recv(connection, &rest, rest.count, 0) > 0 else { break }
    }
  }

  /// Everything up to the blank line; nil where it does not come in time.
  private func head(
    _ connection: Int32, until deadline: ContinuousClock.Instant
  ) throws(HTTPRequest.Refusal) -> ArraySlice<UInt8>? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 2048)
    while isReady(connection, POLLIN, until: deadline) {
      let count = recv(connection, &buffer, buffer.count, 0)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { return nil }
      bytes += buffer[..<count]
      if let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) {
        guard end.upperBound <= HTTPRequest.most else { throw .tooLarge }
        return bytes[..<end.lowerBound]
      }
      guard bytes.count <= HTTPRequest.most else { throw .tooLarge }
    }
    return nil
  }

  private static func answer(
    _ status: String, _ document: Document, allows: Bool = false
  ) -> [UInt8] {
    let body = Array(document.body.utf8)
    let fields = [
      "Content-Type: \(document.type); charset=utf-8", "Content-Length: \(body.count)",
      "Connection: close", "Cache-Control: no-store", "X-Content-Type-Options: nosniff",
      "Cross-Origin-Resource-Policy: same-origin", "Referrer-Policy: no-referrer",
      "Content-Security-Policy: \(document.policy)",
    ]
    let head = (["HTTP/1.1 \(status)"] + fields + (allows ? ["Allow: GET"] : []))
      .joined(separator: "\r\n")
    return Array((head + "\r\n\r\n").utf8) + body
  }

  private func send(
    _ bytes: [UInt8], _ connection: Int32, until deadline: ContinuousClock.Instant
  ) {
    var rest = bytes[...]
    while !rest.isEmpty, isReady(connection, POLLOUT, until: deadline) {
      let count = rest.withUnsafeBytes {
        Foundation.send(
          connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
      }
      if count < 0, errno == EINTR || errno == EAGAIN { continue }
      guard count > 0 else { return }
      rest = rest.dropFirst(count)
    }
  }

  private func isReady(
    _ connection: Int32, _ event: Int32, until deadline: ContinuousClock.Instant
  ) -> Bool {
    while true {
      let left = ContinuousClock.now.duration(to: deadline)
      guard left > .zero else { return false }
      var entry = pollfd(fd: connection, events: Int16(event), revents: 0)
      let milliseconds =
        left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000
      let count = poll(&entry, 1, Int32(clamping: milliseconds + 1))
      if count < 0, errno == EINTR { continue }
      return count > 0
    }
  }

  private static func listen(_ port: Int) throws(ServingError) -> (Int32, port: Int) {
    guard let number = UInt16(exactly: port) else { throw .notAPort(port) }
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard listener >= 0 else { throw ServingError(port, errno) }
    // A port whose last connections are still being forgotten is free.
    var one: Int32 = 1
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, socklen_t(MemoryLayout<Int32>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = number.bigEndian
    address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let failure = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address -> Int32 in
        guard bind(listener, address, length) == 0, Foundation.listen(listener, 16) == 0,
          getsockname(listener, address, &length) == 0
        else { return errno }
        return 0
      }
    }
    guard failure == 0 else {
      close(listener)
      throw ServingError(port, failure)
    }
    return (listener, Int(UInt16(bigEndian: address.sin_port)))
  }
}
