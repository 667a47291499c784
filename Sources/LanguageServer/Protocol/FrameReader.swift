/// Cuts a stream of bytes into the messages of the base protocol: a header with `Content-Length`, an
/// empty line, and that many bytes of JSON.
struct FrameReader {
  enum Frame: Equatable {
    case message([UInt8])
    /// Bytes that are no message; what follows is read on.
    case malformed(String)
  }

  /// Bytes of one message; a recipe has at most a sixteenth of that.
  private static let maximumLength = 64 << 20
  private static let maximumHeader = 4096

  private var buffer: [UInt8] = []
  private var start = 0

  mutating func append(_ bytes: some Sequence<UInt8>) {
    if start > 1 << 16, start * 2 > buffer.count {
      buffer.removeFirst(start)
      start = 0
    }
    buffer += bytes
  }

  /// The next message, or nil when more bytes are needed.
  mutating func next() -> Frame? {
    guard let header = headerEnd() else {
      guard buffer.count - start > Self.maximumHeader else { return nil }
      start = buffer.count
      return .malformed("a header without its end")
    }
    guard let length = length(of: start..<header.lowerBound) else {
      start = header.upperBound
      return .malformed("a header without a Content-Length")
    }
    guard length <= Self.maximumLength else {
      start = header.upperBound
      return .malformed("a message of \(length) bytes is too long")
    }
    guard buffer.count - header.upperBound >= length else { return nil }
    defer { start = header.upperBound + length }
    return .message(Array(buffer[header.upperBound..<header.upperBound + length]))
  }

  static func frame(_ message: JSON) -> [UInt8] {
    let body = message.bytes
    return Array("Content-Length: \(body.count)\r\n\r\n".utf8) + body
  }

  /// The empty line after the header; a lone newline is understood too.
  private func headerEnd() -> Range<Int>? {
    let newline = UInt8(ascii: "\n")
    let carriage = UInt8(ascii: "\r")
    var offset = start
    let limit = min(buffer.count, start + Self.maximumHeader)
    while offset < limit {
      if buffer[offset] == newline {
        if offset + 1 < buffer.count, buffer[offset + 1] == newline {
          return offset..<offset + 2
        }
        if offset + 2 < buffer.count, buffer[offset + 1] == carriage, buffer[offset + 2] == newline
        {
          return offset..<offset + 3
        }
      }
      offset += 1
    }
    return nil
  }

  private func length(of header: Range<Int>) -> Int? {
    for line in String(decoding: buffer[header], as: UTF8.self).split(whereSeparator: \.isNewline) {
      let parts = line.split(separator: ":", maxSplits: 1)
      guard parts.count == 2, parts[0].lowercased() == "content-length" else { continue }
      return Int(parts[1].drop { $0 == " " }.prefix { $0 != " " }).flatMap { $0 >= 0 ? $0 : nil }
    }
    return nil
  }
}
