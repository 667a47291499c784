import Foundation
import Synchronization

/// An HTTP server on the loopback interface that does what a test wants it to do wrong.
public final class LoopbackServer: Sendable {
  public struct Request: Sendable {
    /// From 1, over all connections.
    public var number: Int
    public var path: String
    /// By lower-case name.
    public var headers: [String: String]
    public var body: String
  }

  public enum Behaviour: Sendable {
    case answer(status: Int = 200, headers: [String: String] = [:], body: String)
    /// Says nothing until the client goes away.
    case hang
    /// Promises the whole body, sends half of it and closes.
    case halfBody(String)
    /// One byte of the body at a time, with this many milliseconds between them.
    case drip(String, milliseconds: Int)
    /// These bytes and nothing else.
    case raw(String)
    case close
  }

  public let port: Int
  private let listener: Int32
  private let behave: @Sendable (Request) -> Behaviour
  private let requests = Mutex<[Request]>([])
  private let isStopped = Atomic<Bool>(false)

  /// - Parameter behave: called for every request, from several threads.
  public init(_ behave: @escaping @Sendable (Request) -> Behaviour) throws {
    let (listener, port) = try Self.listen()
    self.listener = listener
    self.port = port
    self.behave = behave
    Thread.detachNewThread { [self] in accept() }
  }

  public var url: String { "http://127.0.0.1:\(port)" }
  public var received: [Request] { requests.withLock { $0 } }

  /// Ends the server; clients that still wait are disconnected.
  public func stop() {
    guard !isStopped.exchange(true, ordering: .relaxed) else { return }
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
  }

  deinit { stop() }

  /// A port on which nobody listens.
  public static func freePort() throws -> Int {
    let (listener, port) = try listen()
    close(listener)
    return port
  }

  private static func listen() throws -> (Int32, port: Int) {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        guard bind(listener, address, length) == 0, Glibc.listen(listener, 64) == 0 else {
          return errno
        }
        return getsockname(listener, address, &length) == 0 ? 0 : errno
      }
    }
    guard listener >= 0, code == 0 else { throw POSIXError(.init(rawValue: code) ?? .EIO) }
    return (listener, Int(UInt16(bigEndian: address.sin_port)))
  }

  private func accept() {
    while true {
      let connection = Glibc.accept(listener, nil, nil)
      guard connection >= 0 else {
        if errno == EINTR { continue }
        return
      }
      Thread.detachNewThread { [self] in
        serve(connection)
        close(connection)
      }
    }
  }

  private func serve(_ connection: Int32) {
    guard var request = read(connection) else { return }
    request.number = requests.withLock { requests in
      request.number = requests.count + 1
      requests.append(request)
      return request.number
    }
    switch behave(request) {
    case .answer(let status, let headers, let body):
      write(connection, Self.head(status, headers, length: body.utf8.count) + body)
    case .hang: waitForEnd(connection)
    case .halfBody(let body):
      let half = String(decoding: Array(body.utf8).prefix(body.utf8.count / 2), as: UTF8.self)
      write(connection, Self.head(200, [:], length: body.utf8.count) + half)
    case .drip(let body, let milliseconds):
      write(connection, Self.head(200, [:], length: body.utf8.count))
      for byte in body.utf8 {
        guard !isStopped.load(ordering: .relaxed), write(connection, [byte]) else { return }
        usleep(UInt32(milliseconds) * 1000)
      }
    case .raw(let text): write(connection, text)
    case .close: break
    }
  }

  private static func head(_ status: Int, _ headers: [String: String], length: Int) -> String {
    let lines = headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)\r\n" }.joined()
    return "HTTP/1.1 \(status) Status\r\ncontent-type: application/json\r\n\(lines)"
      + "content-length: \(length)\r\nconnection: close\r\n\r\n"
  }

  /// Head and body of one request.
  private func read(_ connection: Int32) -> Request? {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      if let end = bytes.firstRange(of: Array("\r\n\r\n".utf8)) {
        let lines = String(decoding: bytes[..<end.lowerBound], as: UTF8.self)
          .components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
          let parts = line.split(separator: ":", maxSplits: 1)
          guard parts.count == 2 else { continue }
          headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        let length = headers["content-length"].flatMap { Int($0) } ?? 0
        if bytes.count - end.upperBound >= length {
          let words = (lines.first ?? "").split(separator: " ")
          return Request(
            number: 0, path: words.count > 1 ? String(words[1]) : "", headers: headers,
            body: String(decoding: bytes[end.upperBound...], as: UTF8.self))
        }
      }
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return nil }
      bytes += buffer[..<count]
      // A client that speaks TLS sends no line at all.
      if bytes[0] == 0x16 {
        write(connection, "HTTP/1.1 400 This is no TLS\r\n\r\n")
        return nil
      }
    }
  }

  private func waitForEnd(_ connection: Int32) {
    var byte: UInt8 = 0
    while !isStopped.load(ordering: .relaxed) {
      var entry = pollfd(fd: connection, events: Int16(POLLIN), revents: 0)
      if poll(&entry, 1, 20) > 0, recv(connection, &byte, 1, 0) <= 0 { return }
    }
  }

  @discardableResult
  private func write(_ connection: Int32, _ text: String) -> Bool {
    write(connection, Array(text.utf8))
  }

  private func write(_ connection: Int32, _ bytes: [UInt8]) -> Bool {
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes {
        send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}
