import Foundation
import TestSupport
import Testing

@testable import Models

@Suite struct DigestTests {
  @Test func equalsThePublishedVectors() {
    // FIPS 180-4 examples.
    #expect(
      Digest.sha256("")
        == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    #expect(
      Digest.sha256("abc")
        == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
    #expect(
      Digest.sha256(AnySequence("abc".utf8)) == Digest.sha256(Data("abc".utf8)))
  }

  @Test func readsFilesInPieces() throws {
    try withTemporaryDirectory { folder in
      let url = folder.appendingPathComponent("x")
      let data = Data(repeating: UInt8(ascii: "a"), count: 1_000_000) + Data(count: 2_000_000)
      try data.write(to: url)
      #expect(try Digest.sha256(contentsOf: url) == Digest.sha256(data))
    }
    #expect(
      Digest.sha256(Data(repeating: UInt8(ascii: "a"), count: 1_000_000))
        == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
  }
}
