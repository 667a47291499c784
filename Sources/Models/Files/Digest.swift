import CCrypto
import Foundation

/// SHA-256 in lower-case hexadecimal, by OpenSSL.
public enum Digest {
  public static func sha256(_ bytes: some Sequence<UInt8>) -> String {
    let hash = SHA256()
    let contiguous: Void? = bytes.withContiguousStorageIfAvailable {
      hash.update(UnsafeRawBufferPointer($0))
    }
    if contiguous == nil { Array(bytes).withUnsafeBytes { hash.update($0) } }
    return hash.hexadecimal()
  }

  public static func sha256(_ text: String) -> String { sha256(text.utf8) }

  /// The digest of all that `body` hands on, piece by piece.
  static func sha256(
    pieces body: (_ update: (UnsafeRawBufferPointer) -> Void) throws -> Void
  ) rethrows -> String {
    let hash = SHA256()
    try body { hash.update($0) }
    return hash.hexadecimal()
  }

  /// The digest of a file, read in pieces.
  public static func sha256(contentsOf url: URL) throws -> String {
    let file = try FileBytes(url)
    let hash = SHA256()
    var offset = 0
    while offset < file.count {
      let piece = try file.read(min(1 << 20, file.count - offset), at: offset)
      piece.withUnsafeBytes { hash.update($0) }
      offset += piece.count
    }
    return hash.hexadecimal()
  }
}

/// An OpenSSL digest context. OpenSSL fails here only when it cannot allocate or has no SHA-256.
private final class SHA256 {
  private let context: OpaquePointer? = EVP_MD_CTX_new()

  init() { precondition(EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1, "no SHA-256") }

  deinit { EVP_MD_CTX_free(context) }

  func update(_ bytes: UnsafeRawBufferPointer) {
    precondition(EVP_DigestUpdate(context, bytes.baseAddress, bytes.count) == 1, "SHA-256 failed")
  }

  func hexadecimal() -> String {
    var digest = [UInt8](repeating: 0, count: 32)
    precondition(EVP_DigestFinal_ex(context, &digest, nil) == 1, "SHA-256 failed")
    let digits = Array("0123456789abcdef".utf8)
    return String(
      decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }
}
