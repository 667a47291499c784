import Foundation
import TestSupport

/// Just enough of a safetensors reader for the fixtures of this module, which cannot import the product's own.
struct Tensors {
  private let header: [String: Any]
  private let body: Data

  init(_ fixture: String) throws {
    let data = try Fixtures.data(fixture)
    let length = data.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
    let object = try JSONSerialization.jsonObject(with: data[8..<8 + length])
    header = (object as? [String: Any]) ?? [:]
    body = Data(data[(8 + length)...])
  }

  private func bytes(_ name: String) -> Data {
    let entry = header[name] as? [String: Any]
    let offsets = entry?["data_offsets"] as? [Int] ?? [0, 0]
    return body.subdata(in: offsets[0]..<offsets[1])
  }

  func uint8(_ name: String) -> [UInt8] { [UInt8](bytes(name)) }

  func int64(_ name: String) -> [Int] { load(name, as: Int64.self).map { Int($0) } }

  func float32(_ name: String) -> [Float] {
    load(name, as: UInt32.self).map(Float.init(bitPattern:))
  }

  /// Half precision, widened by arithmetic.
  func float16(_ name: String) -> [Float] {
    load(name, as: UInt16.self).map { half in
      let exponent = Int(half >> 10 & 31)
      let fraction = Float(half & 1023) / 1024
      let magnitude =
        exponent == 0
        ? Float(sign: .plus, exponent: -14, significand: fraction)
        : Float(sign: .plus, exponent: exponent - 15, significand: 1 + fraction)
      return half >> 15 == 1 ? -magnitude : magnitude
    }
  }

  private func load<Number: FixedWidthInteger>(_ name: String, as: Number.Type) -> [Number] {
    let data = bytes(name)
    return data.withUnsafeBytes { raw in
      stride(from: 0, to: data.count, by: MemoryLayout<Number>.size).map {
        Number(littleEndian: raw.loadUnaligned(fromByteOffset: $0, as: Number.self))
      }
    }
  }
}
