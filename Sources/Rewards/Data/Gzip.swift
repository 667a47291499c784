import CZlib
import Foundation

/// Reading gzip (RFC 1952).
enum Gzip {
  /// What came out of a file.
  struct Inflated {
    var data: Data
    /// False when the data end before they are complete.
    var isWhole: Bool
  }

  /// What a file of records may grow to: as much as a machine holds in memory beside everything else. A few megabytes
  /// of zeros would otherwise fill any memory, in `check` as in `run`.
  static let limit = min(8 << 30, Int(clamping: ProcessInfo.processInfo.physicalMemory / 4))

  static func isCompressed(_ data: Data) -> Bool { data.starts(with: [0x1F, 0x8B]) }

  /// Everything in the file's members, one after another. What stands behind the last one is passed over, as
  /// `gzip` does.
  ///
  /// - Throws: `RewardError.recordFile` for damaged data, and for more than `limit` bytes.
  static func inflate(_ data: Data, path: String, limit: Int = limit) throws -> Inflated {
    func failure(_ message: String) -> RewardError { .recordFile(path: path, message: message) }
    var stream = z_stream()
    // 16 more than the largest window asks for gzip's own header and checksum.
    let started = inflateInit2_(
      &stream, MAX_WBITS + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard started == Z_OK else { throw failure("cannot be unpacked: out of memory") }
    defer { inflateEnd(&stream) }
    var made = Data()
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    var start = data.startIndex
    while start < data.endIndex {
      // zlib counts in 32 bits.
      let end = min(data.endIndex, start + (1 << 28))
      var input = [UInt8](data[start..<end])
      var used = 0
      var isDone = false
      while used < input.count, !isDone {
        let code = try step(&stream, &input, &used, &buffer, &made)
        guard made.count <= limit else {
          throw failure(
            "unpacks to more than \(limit) bytes, the most that is held in memory here; split it")
        }
        switch code {
        case Z_OK, Z_BUF_ERROR: continue
        case Z_STREAM_END:
          let next = start + used
          guard isCompressed(data[next...]) else { return Inflated(data: made, isWhole: true) }
          inflateReset(&stream)
          isDone = true
          start = next
        default:
          let reason = stream.msg.map { String(cString: $0) } ?? "error \(code)"
          throw failure("its gzip data are damaged: \(reason)")
        }
      }
      if !isDone { start = end }
    }
    return Inflated(data: made, isWhole: false)
  }

  /// Unpacks until input or buffer are used up, and appends what came out.
  private static func step(
    _ stream: inout z_stream, _ input: inout [UInt8], _ used: inout Int, _ buffer: inout [UInt8],
    _ data: inout Data
  ) throws -> Int32 {
    let room = buffer.count
    let left = input.count - used
    var code: Int32 = Z_OK
    var made = 0
    input.withUnsafeMutableBufferPointer { input in
      buffer.withUnsafeMutableBufferPointer { buffer in
        stream.next_in = input.baseAddress.map { $0 + used }
        stream.avail_in = UInt32(left)
        stream.next_out = buffer.baseAddress
        stream.avail_out = UInt32(room)
        code = CZlib.inflate(&stream, Z_NO_FLUSH)
        made = room - Int(stream.avail_out)
      }
    }
    let eaten = left - Int(stream.avail_in)
    used += eaten
    data.append(contentsOf: buffer[0..<made])
    // No progress, though there is input and room: the data are not what they claim to be.
    return code == Z_BUF_ERROR && eaten == 0 && made == 0 ? Z_DATA_ERROR : code
  }
}
