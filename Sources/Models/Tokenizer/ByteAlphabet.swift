/// The printable character that stands for each byte in the files of a byte-level tokenizer: itself
/// for visible Latin-1 characters, U+0100 and up for the others (GPT-2's `bytes_to_unicode`).
enum ByteAlphabet {
  /// The character of each byte.
  static let characters: [Unicode.Scalar] = {
    var next: UInt32 = 0x100
    return (UInt8.min...UInt8.max).map { byte in
      if isVisible(byte) { return Unicode.Scalar(byte) }
      defer { next += 1 }
      return Unicode.Scalar(next) ?? "\u{FFFD}"
    }
  }()

  private static let bytes: [Unicode.Scalar: UInt8] = Dictionary(
    uniqueKeysWithValues: zip(characters, UInt8.min...UInt8.max))

  private static func isVisible(_ byte: UInt8) -> Bool {
    (0x21...0x7E).contains(byte) || (0xA1...0xAC).contains(byte) || byte >= 0xAE
  }

  /// The bytes that `token` spells; nil when one of its characters stands for no byte.
  static func bytes(of token: String) -> [UInt8]? {
    var result: [UInt8] = []
    for scalar in token.unicodeScalars {
      guard let byte = bytes[scalar] else { return nil }
      result.append(byte)
    }
    return result
  }

  /// How a tokenizer file spells `bytes`.
  static func token(of bytes: some Sequence<UInt8>) -> String {
    var token = String.UnicodeScalarView()
    for byte in bytes { token.append(characters[Int(byte)]) }
    return String(token)
  }
}
