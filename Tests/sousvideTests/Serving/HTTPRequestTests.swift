import Testing

@testable import sousvide

@Suite("Requests for a page")
struct HTTPRequestTests {
  private func read(_ head: String) -> Result<String, HTTPRequest.Refusal> {
    do throws(HTTPRequest.Refusal) {
      return .success(
        try HTTPRequest(head: Array(head.utf8), hosts: ["127.0.0.1:80", "localhost:80"]).path)
    } catch {
      return .failure(error)
    }
  }

  @Test func `a browser of this machine is answered`() {
    #expect(
      read("GET /run.json HTTP/1.1\r\nHost: 127.0.0.1:80\r\nAccept: */*\r\nX-Empty:")
        == .success("/run.json"))
    #expect(read("GET / HTTP/1.0\r\nhost:LOCALHOST:80  ") == .success("/"))
    #expect(read("GET / HTTP/1.1\r\nHost: localhost:80\r\nContent-Length: 0") == .success("/"))
  }

  @Test(arguments: [
    ("GET / HTTP/1.1", HTTPRequest.Refusal.otherHost),
    ("GET / HTTP/1.1\r\nHost: evil.example:80", .otherHost),
    ("GET / HTTP/1.1\r\nHost: 127.0.0.1", .otherHost),
    ("GET / HTTP/1.1\r\nHost: 127.0.0.1:80.evil.example", .otherHost),
    ("GET / HTTP/1.1\r\nHost: 127.0.0.1:80\r\nHost: evil.example", .otherHost),
    ("GET / HTTP/1.1\r\nHost: 127.0.0.1:80, evil.example", .otherHost),
    ("POST / HTTP/1.1\r\nHost: 127.0.0.1:80", .otherMethod),
    ("get / HTTP/1.1\r\nHost: 127.0.0.1:80", .otherMethod),
    ("GET / HTTP/2.0\r\nHost: 127.0.0.1:80", .otherVersion),
    ("GET / HTTP/1.1\r\nHost: 127.0.0.1:80\r\nContent-Length: 5", .hasBody),
    ("GET / HTTP/1.1\r\nHost: 127.0.0.1:80\r\nTransfer-Encoding: chunked", .hasBody),
    ("", .malformed), ("GET", .malformed), ("GET /", .malformed), ("GET  / HTTP/1.1", .malformed),
    ("GET http://127.0.0.1:80/ HTTP/1.1\r\nHost: 127.0.0.1:80", .malformed),
    ("GET / / HTTP/1.1\r\nHost: 127.0.0.1:80", .malformed),
    ("GET / FTP/1.1\r\nHost: 127.0.0.1:80", .malformed),
    ("GET / HTTP/1.1\nHost: 127.0.0.1:80", .malformed),
    ("GET / HTTP/1.1\r\nHost: 127.0.0.1:80\r\n folded: yes", .malformed),
    ("GET / HTTP/1.1\r\nHost : 127.0.0.1:80", .malformed),
    ("GET / HTTP/1.1\r\nno colon\r\nHost: 127.0.0.1:80", .malformed),
    ("GET / HTTP/1.1\r\n: nameless\r\nHost: 127.0.0.1:80", .malformed),
    ("GET /\0 HTTP/1.1\r\nHost: 127.0.0.1:80", .malformed),
    ("GET /é HTTP/1.1\r\nHost: 127.0.0.1:80", .malformed),
    ("\u{16}\u{03}\u{01}", .malformed),
  ]) func `anything else is refused with its reason`(
    head: String, refusal: HTTPRequest.Refusal
  ) {
    #expect(read(head) == .failure(refusal), "\(head)")
  }
}
