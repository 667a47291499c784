/// A JSON file as a located tree. JSON is YAML in flow style but for two details: tabs before a line,
/// and characters beyond U+FFFF written as two escapes.
enum JSONSource {
  static func read(_ file: SourceFile) -> TreeReader.Result {
    TreeReader.read(SourceFile(path: file.path, text: yaml(file.bytes)))
  }

  /// The same text with the same places, but for the strings that hold such characters.
  private static func yaml(_ bytes: [UInt8]) -> String {
    var output: [UInt8] = []
    output.reserveCapacity(bytes.count)
    var isInString = false
    var debt = 0
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      switch byte {
      case UInt8(ascii: "\\") where isInString:
        if let scalar = surrogatePair(bytes, at: index) {
          let digits = String(scalar.value, radix: 16, uppercase: true)
          let escape = "\\U" + String(repeating: "0", count: 8 - digits.utf8.count) + digits
          output.append(contentsOf: escape.utf8)
          debt += 12 - escape.utf8.count
          index += 12
        } else {
          output.append(contentsOf: bytes[index..<min(index + 2, bytes.count)])
          index += 2
        }
        continue
      case UInt8(ascii: "\""):
        output.append(byte)
        isInString.toggle()
        if !isInString {
          output.append(contentsOf: repeatElement(.space, count: debt))
          debt = 0
        }
      case .tab where !isInString: output.append(.space)
      default: output.append(byte)
      }
      index += 1
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// `\ud83c\udfac` as one character.
  private static func surrogatePair(_ bytes: [UInt8], at index: Int) -> Unicode.Scalar? {
    guard let high = unit(bytes, at: index), (0xD800...0xDBFF).contains(high),
      let low = unit(bytes, at: index + 6), (0xDC00...0xDFFF).contains(low)
    else { return nil }
    return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
  }

  private static func unit(_ bytes: [UInt8], at index: Int) -> UInt32? {
    guard index + 6 <= bytes.count, bytes[index] == UInt8(ascii: "\\"),
      bytes[index + 1] == UInt8(ascii: "u")
    else { return nil }
    return UInt32(String(decoding: bytes[(index + 2)..<(index + 6)], as: UTF8.self), radix: 16)
  }
}
