import Foundation

/// One event of a TensorBoard log: the few fields of tensorflow/core/util/event.proto and
/// tensorflow/core/framework/summary.proto that scalars take.
///
///     message Event   { double wall_time = 1; int64 step = 2; string file_version = 3; Summary summary = 5; }
///     message Summary { message Value { string tag = 1; float simple_value = 2; } repeated Value value = 1; }
struct TensorBoardEvent {
  enum Content {
    /// Which form the file has: its first event.
    case version(String)
    /// Scalars by tag.
    case scalars([(tag: String, value: Double)])
  }

  /// Seconds since 1970.
  var wallTime: Double
  var step: Int
  var content: Content

  /// The first event of a file.
  static func version(at wallTime: Double) -> TensorBoardEvent {
    TensorBoardEvent(wallTime: wallTime, step: 0, content: .version("brain.Event:2"))
  }

  /// The event as a record of a file: length, checksum of the length, the event, its checksum
  /// (tensorflow/core/lib/io/record_writer.h); numbers with the least significant byte first.
  var record: Data {
    let event = bytes
    let length = ProtocolBuffer.littleEndian(UInt64(event.count))
    return Data(
      length + ProtocolBuffer.littleEndian(CRC32C.masked(length)) + event
        + ProtocolBuffer.littleEndian(CRC32C.masked(event)))
  }

  /// The event as a protocol buffer. As proto3 has it, a step of 0 is not written.
  var bytes: [UInt8] {
    var bytes = ProtocolBuffer.double(1, wallTime)
    if step != 0 { bytes += ProtocolBuffer.integer(2, step) }
    switch content {
    case .version(let version): bytes += ProtocolBuffer.delimited(3, Array(version.utf8))
    case .scalars(let scalars):
      let values = scalars.flatMap { tag, value in
        ProtocolBuffer.delimited(
          1, ProtocolBuffer.delimited(1, Array(tag.utf8)) + ProtocolBuffer.float(2, Float(value)))
      }
      bytes += ProtocolBuffer.delimited(5, values)
    }
    return bytes
  }
}

/// Fields of a protocol buffer: a key of number and wire type, then the value
/// (protobuf.dev/programming-guides/encoding).
enum ProtocolBuffer {
  /// Wire type 0: seven bits a byte, the lowest first; every byte but the last has the top bit.
  static func variable(_ value: UInt64) -> [UInt8] {
    var rest = value
    var bytes: [UInt8] = []
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }

  static func integer(_ field: UInt64, _ value: Int) -> [UInt8] {
    variable(field << 3) + variable(UInt64(bitPattern: Int64(value)))
  }

  /// Wire type 1.
  static func double(_ field: UInt64, _ value: Double) -> [UInt8] {
    variable(field << 3 | 1) + littleEndian(value.bitPattern)
  }

  /// Wire type 5.
  static func float(_ field: UInt64, _ value: Float) -> [UInt8] {
    variable(field << 3 | 5) + littleEndian(value.bitPattern)
  }

  /// Wire type 2: strings and messages.
  static func delimited(_ field: UInt64, _ bytes: [UInt8]) -> [UInt8] {
    variable(field << 3 | 2) + variable(UInt64(bytes.count)) + bytes
  }

  static func littleEndian(_ value: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: value.littleEndian) { Array($0) }
  }
}
