import Foundation

/// ZIP archives that no well-behaved tool makes: any names, kinds and sizes.
struct HandmadeZIP {
  struct Member {
    var name: [UInt8]
    var data: Data
    /// Of a plain file, unless said otherwise.
    var mode: UInt32 = 0o100644
    /// What the headers say; nil for the truth.
    var size: UInt32?

    init(_ name: String, _ data: Data = Data(), mode: UInt32 = 0o100644, size: UInt32? = nil) {
      self.name = [UInt8](name.utf8)
      self.data = data
      self.mode = mode
      self.size = size
    }
  }

  static func data(_ members: [Member]) -> Data {
    var body = Data()
    var directory = Data()
    for member in members {
      let offset = UInt32(body.count)
      let size = member.size ?? UInt32(member.data.count)
      var common = Data()
      common.append(numbers16: [20, 0, 0, 0, 33])
      common.append(numbers32: [0, UInt32(member.data.count), size])
      common.append(numbers16: [UInt16(member.name.count), 0])
      body.append(numbers32: [0x0403_4b50])
      body += common + Data(member.name) + member.data
      directory.append(numbers32: [0x0201_4b50])
      directory.append(numbers16: [3 << 8 | 20])
      directory += common
      directory.append(numbers16: [0, 0, 0])
      directory.append(numbers32: [member.mode << 16, offset])
      directory += Data(member.name)
    }
    var end = Data()
    end.append(numbers32: [0x0605_4b50])
    end.append(numbers16: [0, 0, UInt16(members.count), UInt16(members.count)])
    end.append(numbers32: [UInt32(directory.count), UInt32(body.count)])
    end.append(numbers16: [0])
    return body + directory + end
  }
}

extension Data {
  fileprivate mutating func append(numbers16 numbers: [UInt16]) {
    for number in numbers {
      Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }
  }

  fileprivate mutating func append(numbers32 numbers: [UInt32]) {
    for number in numbers {
      Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }
  }
}
