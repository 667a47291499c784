import CCrypto

/// SHA-256 in lower-case hexadecimal: what requests to judges are known by.
enum ContentDigest {
  static func sha256(_ text: String) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: bytes(text).flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  /// A number from 0 up to, but not including, 1 that depends on the text alone.
  static func fraction(_ text: String) -> Double {
    let bits = bytes(text).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Double(bits >> 11) / Double(UInt64(1) << 53)
  }

  private static func bytes(_ text: String) -> [UInt8] {
    var digest = [UInt8](repeating: 0, count: 32)
    let content = Array(text.utf8)
    let done = EVP_Digest(content, content.count, &digest, nil, EVP_sha256(), nil)
    precondition(done == 1, "no SHA-256")
    return digest
  }
}
