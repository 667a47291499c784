/// The head of a request for a page, read strictly: what a browser of this machine would not send is refused.
struct HTTPRequest: Sendable, Equatable {
  /// Why a request is refused.
  enum Refusal: Error, Sendable, Equatable {
    case malformed, otherMethod, otherVersion, otherHost, hasBody, tooLarge

    var status: String {
      switch self {
      case .malformed, .hasBody: "400 Bad Request"
      case .otherMethod: "405 Method Not Allowed"
      case .otherVersion: "505 HTTP Version Not Supported"
      case .otherHost: "421 Misdirected Request"
      case .tooLarge: "431 Request Header Fields Too Large"
      }
    }
  }

  /// Bytes of a head.
  static let most = 8 << 10

  /// As it was asked for: `/run.json`.
  var path: String

  /// - Parameters:
  ///   - head: up to the blank line, without it.
  ///   - hosts: what this server may be called. A page of another site, whose name was made to mean this machine, sends
  ///     that name.
  init(head: some Collection<UInt8>, hosts: Set<String>) throws(Refusal) {
    // Only the printable characters of ASCII, and line ends of two characters.
    guard head.allSatisfy({ (0x20...0x7E).contains($0) || $0 == 0x0D || $0 == 0x0A }) else {
      throw .malformed
    }
    var lines = String(decoding: head, as: UTF8.self).replacing("\r\n", with: "\u{0}")
      .split(separator: "\u{0}", omittingEmptySubsequences: false)
    guard !lines.contains(where: { $0.contains("\r") || $0.contains("\n") }) else {
      throw .malformed
    }
    let words = lines.removeFirst().split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 3, words[1].hasPrefix("/") else { throw .malformed }
    guard words[2] == "HTTP/1.1" || words[2] == "HTTP/1.0" else {
      throw words[2].hasPrefix("HTTP/") ? .otherVersion : .malformed
    }
    guard words[0] == "GET" else { throw .otherMethod }
    path = String(words[1])

    var fields: [(name: String, value: String)] = []
    for line in lines {
      guard let colon = line.firstIndex(of: ":"), colon != line.startIndex else { throw .malformed }
      let name = line[..<colon].lowercased()
      guard name.allSatisfy({ $0.isLetter || $0.isNumber || "-_!#$%&'*+.^`|~".contains($0) }) else {
        throw .malformed
      }
      let value = line[line.index(after: colon)...].drop { $0 == " " }
      fields.append((name, String(value.reversed().drop { $0 == " " }.reversed())))
    }
    let named = fields.filter { $0.name == "host" }.map(\.value)
    guard named.count == 1, hosts.contains(named[0].lowercased()) else { throw .otherHost }
    guard !fields.contains(where: { $0.name == "transfer-encoding" }),
      fields.filter({ $0.name == "content-length" }).allSatisfy({ $0.value == "0" })
    else { throw .hasBody }
  }
}
