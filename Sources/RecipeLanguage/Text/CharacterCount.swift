/// How many characters stand before a byte offset, in constant time however long the lines are.
struct CharacterCount: Sendable {
  private static let block = 64
  private let bytes: [UInt8]
  /// Characters before each block of bytes; empty for ASCII alone, where both counts are equal.
  private let counts: [Int32]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    guard bytes.contains(where: { $0 >= 0x80 }) else {
      counts = []
      return
    }
    var table: [Int32] = [0]
    table.reserveCapacity(bytes.count / Self.block + 2)
    var count: Int32 = 0
    for (offset, byte) in bytes.enumerated() {
      if byte & 0xC0 != 0x80 { count += 1 }
      if (offset + 1) % Self.block == 0 { table.append(count) }
    }
    counts = table
  }

  /// - Parameter offset: at most the number of bytes.
  func count(before offset: Int) -> Int {
    guard !counts.isEmpty else { return offset }
    var count = Int(counts[offset / Self.block])
    for byte in bytes[offset / Self.block * Self.block..<offset] where byte & 0xC0 != 0x80 {
      count += 1
    }
    return count
  }
}
