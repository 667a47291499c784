import Foundation
import TestSupport
import Testing

@testable import sousvide

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

@Suite("The page server")
struct PageServerTests {
  private func server() throws -> PageServer {
    try PageServer(port: 0) { path in
      path == "/" ? .init(type: "text/html", body: "<p>here</p>") : nil
    }
  }

  /// What the server answers to bytes; empty where it says nothing.
  private func answer(_ server: PageServer, to bytes: String) throws -> String {
    let connection = try LoopbackClient(port: server.port)
    connection.send(bytes)
    return connection.readAll()
  }

  private func get(_ path: String, _ server: PageServer, host: String? = nil) -> String {
    "GET \(path) HTTP/1.1\r\nHost: \(host ?? "127.0.0.1:\(server.port)")\r\n\r\n"
  }

  @Test func `a document is answered whole, with what keeps other sites from it`() async throws {
    let server = try server()
    let url = try #require(URL(string: server.address))
    let (data, response) = try await URLSession.shared.data(from: url)
    #expect(String(decoding: data, as: UTF8.self) == "<p>here</p>")
    let http = try #require(response as? HTTPURLResponse)
    #expect(http.statusCode == 200)
    #expect(http.value(forHTTPHeaderField: "Content-Type") == "text/html; charset=utf-8")
    #expect(http.value(forHTTPHeaderField: "Cross-Origin-Resource-Policy") == "same-origin")
    #expect(
      http.value(forHTTPHeaderField: "Content-Security-Policy")?.contains("default-src 'none'")
        == true)
    #expect(http.value(forHTTPHeaderField: "Access-Control-Allow-Origin") == nil)
    server.stop()
  }

  @Test func `hostile requests are refused, and the server goes on`() throws {
    let server = try server()
    defer { server.stop() }
    for (bytes, status) in [
      (get("/", server, host: "evil.example:\(server.port)"), "421 "),
      (get("/../../etc/passwd", server), "404 "), (get("/?x", server), "404 "),
      (get("/%2e%2e", server), "404 "), ("DELETE / HTTP/1.1\r\n\r\n", "405 "),
      ("\u{16}\u{03}\u{01}\r\n\r\n", "400 "), ("GET / HTTP/1.1\r\n\r\n", "421 "),
      ("GET /" + String(repeating: "a", count: 9_000), "431 "),
      ("GET / HTTP/1.1\r\n" + String(repeating: "a: b\r\n", count: 3_000) + "\r\n", "431 "),
    ] {
      let answer = try answer(server, to: bytes)
      #expect(answer.hasPrefix("HTTP/1.1 " + status), "\(bytes.prefix(60)): \(answer.prefix(80))")
      #expect(!answer.contains("<p>") && answer.contains("\r\nConnection: close\r\n"))
    }
    #expect(try answer(server, to: get("/", server)).hasSuffix("\r\n\r\n<p>here</p>"))
  }

  @Test func `clients that say nothing keep nobody out for long`() throws {
    let server = try server()
    defer { server.stop() }
    let silent = try (0..<PageServer.most).map { _ in try LoopbackClient(port: server.port) }
    // One more than are served at a time is turned away at once.
    var turnedAway = false
    for _ in 0..<100 where !turnedAway {
      turnedAway = try answer(server, to: get("/", server)).isEmpty
    }
    #expect(turnedAway)
    // One that goes away makes room.
    silent[0].close()
    try SousvideProgram.wait { (try? answer(server, to: get("/", server)))?.isEmpty == false }
  }

  @Test func `what comes in pieces is read as a whole`() throws {
    let server = try server()
    defer { server.stop() }
    let connection = try LoopbackClient(port: server.port)
    for character in get("/", server) {
      connection.send(String(character))
    }
    #expect(connection.readAll().hasSuffix("<p>here</p>"))
  }

  @Test func `ports that cannot be had are named`() throws {
    let server = try server()
    defer { server.stop() }
    #expect(throws: ServingError.inUse(server.port)) {
      try PageServer(port: server.port) { _ in nil }
    }
    #expect(throws: ServingError.notAPort(70_000)) { try PageServer(port: 70_000) { _ in nil } }
    #expect("\(ServingError.inUse(8790))".contains("--port 0"))
  }

  @Test func `it listens at one loopback address, not at all of the machine's`() throws {
    let server = try server()
    defer { server.stop() }
    _ = try LoopbackClient(port: server.port)
    // A server of every address would answer here too.
    #expect(throws: POSIXError(.ECONNREFUSED)) {
      try LoopbackClient(address: "127.0.0.2", port: server.port)
    }
  }
}
