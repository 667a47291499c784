/// Turns libyaml's marks, which count code points, into byte offsets.
struct CharacterMap {
  /// Byte offset of each code point; empty for a file of ASCII alone, where both are equal.
  private let offsets: [Int32]
  private let byteCount: Int
  /// libyaml does not count a byte order mark.
  private let skipped: Int

  init(_ bytes: [UInt8]) {
    byteCount = bytes.count
    skipped = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    guard bytes.contains(where: { $0 >= 0x80 }) else {
      offsets = []
      return
    }
    var table: [Int32] = []
    table.reserveCapacity(bytes.count)
    for offset in skipped..<bytes.count where bytes[offset] & 0xC0 != 0x80 {
      table.append(Int32(offset))
    }
    offsets = table
  }

  func byte(ofCharacter index: Int) -> Int {
    if offsets.isEmpty { return min(skipped + index, byteCount) }
    return index < offsets.count ? Int(offsets[index]) : byteCount
  }
}
