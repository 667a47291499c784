import Testing

@testable import LanguageServer

/// Frames, JSON and the life of a server.
struct ProtocolTests {
  private func server() -> LanguageServer {
    LanguageServer(vocabulary: EditorVocabulary.all, version: "test")
  }

  private func messages(_ bytes: [UInt8]) throws -> [JSON] {
    var reader = FrameReader()
    reader.append(bytes)
    var messages: [JSON] = []
    while let frame = reader.next() {
      guard case .message(let body) = frame else { continue }
      messages.append(try JSONReader.read(body))
    }
    return messages
  }

  private func request(_ id: Int, _ method: String, _ params: JSON = [:]) -> [UInt8] {
    FrameReader.frame(
      ["jsonrpc": "2.0", "id": JSON(id), "method": .string(method), "params": params])
  }

  private func notification(_ method: String) -> [UInt8] {
    FrameReader.frame(.notification(method, [:]))
  }

  @Test func jsonReadsBackAsWritten() throws {
    let text = #"{"a":[1,-2.5,true,null,"x\"\\\né🎬\u0001"],"b":{}}"#
    let value = try JSONReader.read(Array(text.utf8))
    #expect(try JSONReader.read(value.bytes) == value)
    #expect(value["a"]?.array?[1] == .number(-2.5))
    #expect(try JSONReader.read(Array(#""\ud83c\udfac""#.utf8)) == "🎬")
  }

  @Test(arguments: [
    "", "{", "[1,]", "{\"a\"}", "\"\\x\"", "tru", "1 2", "+1", "\"a", "nan", "{1:2}", "\"\\ud8\"",
  ])
  func malformedJSONIsRefused(_ text: String) {
    #expect(throws: JSONReader.Problem.self) { try JSONReader.read(Array(text.utf8)) }
  }

  @Test func deepJSONIsRefused() {
    let text = Array(repeating: UInt8(ascii: "["), count: 100_000)
    #expect(throws: JSONReader.Problem.self) { try JSONReader.read(text) }
  }

  @Test func framesMayArriveInPieces() throws {
    var server = server()
    var answer: [UInt8] = []
    for byte in request(1, "initialize", ["capabilities": [:]]) { answer += server.receive([byte]) }
    let result = try #require(try messages(answer).first?["result"])
    #expect(result["capabilities"]?["positionEncoding"] == "utf-16")
    #expect(result["serverInfo"]?["name"] == "sousvide")
  }

  @Test func utf8IsTakenWhereTheClientHasIt() throws {
    var server = server()
    let capabilities: JSON = ["general": ["positionEncodings": ["utf-8", "utf-16"]]]
    let answer = server.receive(request(1, "initialize", ["capabilities": capabilities]))
    #expect(
      try messages(answer).first?["result"]?["capabilities"]?["positionEncoding"] == "utf-8")
  }

  @Test func aMalformedMessageIsAnsweredAndTheNextIsRead() throws {
    var server = server()
    let broken = Array("Content-Length: 3\r\n\r\n{x}".utf8) + Array("X: 1\r\n\r\n".utf8)
    let answers = try messages(server.receive(broken + request(1, "initialize")))
    #expect(answers.map { $0["error"]?["code"]?.integer } == [-32700, -32700, nil])
    #expect(answers.last?["result"] != nil)
  }

  @Test func whatIsNoMessageIsInvalid() throws {
    var server = server()
    let answers = try messages(server.receive(FrameReader.frame([1, 2]) + FrameReader.frame("x")))
    #expect(answers.map { $0["error"]?["code"]?.integer } == [-32600, -32600])
  }

  @Test func nothingIsAnsweredBeforeInitialize() throws {
    var server = server()
    let early = try messages(
      server.receive(notification("initialized") + request(1, "textDocument/hover")))
    #expect(early.map { $0["error"]?["code"]?.integer } == [-32002])
    _ = server.receive(request(2, "initialize"))
    let again = try messages(server.receive(request(3, "initialize")))
    #expect(again.first?["error"]?["code"]?.integer == -32600)
  }

  @Test func unknownMethodsAreRefusedAndUnknownNotificationsIgnored() throws {
    var server = server()
    _ = server.receive(request(1, "initialize"))
    let answers = try messages(
      server.receive(notification("$/setTrace") + notification("x/y") + request(2, "x/z")))
    #expect(answers.map { $0["error"]?["code"]?.integer } == [-32601])
  }

  @Test func parametersAreChecked() throws {
    var server = server()
    _ = server.receive(request(1, "initialize"))
    let bad: [JSON] = [
      [:], ["textDocument": ["uri": 1]], ["textDocument": ["uri": "file:///nowhere.yaml"]], .null,
    ]
    for params in bad {
      let answers = try messages(server.receive(request(2, "textDocument/hover", params)))
      #expect(answers.map { $0["error"]?["code"]?.integer } == [-32602])
    }
  }

  @Test func aRequestCancelledInTheSameBreathIsNotWorkedOn() throws {
    var server = server()
    _ = server.receive(request(1, "initialize"))
    let cancel = FrameReader.frame(.notification("$/cancelRequest", ["id": 7]))
    let answers = try messages(
      server.receive(request(7, "textDocument/hover") + cancel + request(8, "shutdown")))
    #expect(answers.map { $0["error"]?["code"]?.integer } == [-32800, nil])
  }

  @Test func exitAfterShutdownIsZero() throws {
    var server = server()
    _ = server.receive(request(1, "initialize"))
    #expect(try messages(server.receive(request(2, "shutdown"))).first?["result"] == .null)
    let late = try messages(server.receive(request(3, "textDocument/hover")))
    #expect(late.first?["error"]?["code"]?.integer == -32600)
    #expect(server.exitCode == nil)
    _ = server.receive(notification("exit"))
    #expect(server.exitCode == 0)
  }

  @Test func exitWithoutShutdownIsOne() {
    var server = server()
    #expect(server.exitCodeAtEnd == 1)
    _ = server.receive(request(1, "initialize") + notification("exit"))
    #expect(server.exitCode == 1)
  }

  @Test func noiseIsNoReasonToStop() {
    var server = server()
    var state: UInt64 = 7
    for _ in 0..<200 {
      let noise = (0..<64).map { _ -> UInt8 in
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return UInt8(truncatingIfNeeded: state >> 33)
      }
      _ = server.receive(noise)
    }
    #expect(server.exitCode == nil)
  }
}
