import Foundation
import TestSupport
import Testing

@testable import Models

@Suite struct MalformedSafetensorsTests {
  /// The message for a hand-made file, without its path.
  private func message(_ file: HandMade) throws -> String {
    try withTemporaryDirectory { folder in
      let url = folder.appendingPathComponent("x.safetensors")
      try file.write(to: url)
      let error = #expect(throws: ModelError.self) { try Safetensors(contentsOf: url) }
      let text = error?.description ?? ""
      #expect(text.hasPrefix(url.path + ": "))
      return String(text.dropFirst(url.path.count + 2))
    }
  }

  /// One tensor `t` of the given properties over 8 bytes of data.
  private func message(
    dtype: String = #""F32""#, shape: String = "[2]", offsets: String = "[0,8]", more: String = ""
  ) throws -> String {
    try message(
      HandMade(
        header:
          #"{"t":{"dtype":\#(dtype),"shape":\#(shape),"data_offsets":\#(offsets)}\#(more)}"#,
        data: Data(count: 8)))
  }

  @Test func reportsAFileTooShortForItsHeader() throws {
    try withTemporaryDirectory { folder in
      let url = folder.appendingPathComponent("x.safetensors")
      for count in 0..<8 {
        try Data(count: count).write(to: url)
        let error = #expect(throws: ModelError.self) { try Safetensors(contentsOf: url) }
        #expect(
          error?.description == "\(url.path): the header: the file has \(count) bytes; 8 bytes of "
            + "header length come first")
      }
    }
    #expect(
      try message(HandMade(header: "{}", claimedLength: 500))
        == "the header: claims 500 bytes, and only 2 follow: the file is cut short")
  }

  @Test func reportsAHeaderLengthThatLies() throws {
    #expect(
      try message(HandMade(header: "{}", claimedLength: .max))
        == "the header: claims 18446744073709551615 bytes; the format allows 100000000")
    #expect(
      try message(HandMade(header: "{}", claimedLength: 100_000_001))
        == "the header: claims 100000001 bytes; the format allows 100000000")
    #expect(
      try message(HandMade(header: "{}  ", claimedLength: 1))
        == "byte 1: a key in quotes should stand here")
  }

  @Test func reportsAHeaderThatIsNotJSON() throws {
    #expect(try message(HandMade(header: "")) == "byte 0: the text ends where a value should stand")
    #expect(
      try message(HandMade(header: "[1]")) == "the document: an object is needed, not an array")
    #expect(
      try message(HandMade(header: String(repeating: "[", count: 100_000)))
        == "byte 65: nested more than 64 deep")
    #expect(
      try message(HandMade(header: #"{"a":1}}"#)) == "byte 7: text after the document")
  }

  @Test func reportsMissingAndMistypedKeys() throws {
    #expect(
      try message(HandMade(header: #"{"t":{"shape":[2],"data_offsets":[0,8]}}"#))
        == "t.dtype: is missing")
    #expect(
      try message(HandMade(header: #"{"t":{"dtype":"F32","data_offsets":[0,8]}}"#))
        == "t.shape: is missing")
    #expect(
      try message(HandMade(header: #"{"t":{"dtype":"F32","shape":[2]}}"#))
        == "t.data_offsets: is missing")
    #expect(try message(dtype: "4") == "t.dtype: a string is needed, not an integer")
    #expect(try message(shape: "2") == "t.shape: an array is needed, not an integer")
    #expect(try message(shape: "[2.5]") == "t.shape[0]: an integer is needed, not a number")
    #expect(try message(shape: #"["2"]"#) == "t.shape[0]: an integer is needed, not a string")
    #expect(try message(HandMade(header: #"{"t":7}"#)) == "t.dtype: is missing")
  }

  @Test func reportsDimensionsThatAreNotNumbers() throws {
    #expect(try message(shape: "[NaN]").hasSuffix("not a JSON value"))
    #expect(try message(shape: "[1e999]").hasSuffix("the number 1e999 is out of range"))
    #expect(
      try message(shape: "[-2]") == "t.shape[0]: -2 is outside 0 to 9223372036854775807")
    #expect(
      try message(shape: "[9223372036854775808]")
        == "t.shape[0]: an integer is needed, not a number")
  }

  @Test func reportsShapesThatOverflow() throws {
    #expect(
      try message(shape: "[4294967296,4294967296]")
        == "tensor t: its shape holds more numbers than fit in 64 bits")
    #expect(
      try message(shape: "[9223372036854775807]") == "tensor t: its shape [9223372036854775807] of "
        + "F32 does not fill its 8 bytes")
  }

  @Test func reportsOffsetsThatLie() throws {
    #expect(
      try message(offsets: "[0,4]") == "tensor t: its shape [2] of F32 does not fill its 4 bytes")
    #expect(
      try message(offsets: "[0,16]") == "tensor t: ends at byte 16 of the data, which has 8 bytes: "
        + "the file is cut short")
    #expect(
      try message(offsets: "[8,0]") == "tensor t: data_offsets [8, 0] is not a start and an end")
    #expect(try message(offsets: "[0]") == "tensor t: data_offsets [0] is not a start and an end")
    #expect(
      try message(offsets: "[-8,0]")
        == "t.data_offsets[0]: -8 is outside 0 to 9223372036854775807")
  }

  @Test func reportsOverlapsAndHoles() throws {
    let second = #","u":{"dtype":"F32","shape":[1],"data_offsets":"#
    #expect(
      try message(more: second + "[4,8]}") == "tensor u: overlaps the bytes of tensor t")
    #expect(
      try message(shape: "[1]", offsets: "[4,8]")
        == "tensor t: starts at byte 4, 0 is the next free one")
    #expect(
      try message(shape: "[1]", offsets: "[0,4]")
        == "the data: 4 bytes at the end belong to no tensor")
  }

  @Test func reportsUnknownNumberTypes() throws {
    #expect(
      try message(dtype: #""F4""#) == "tensor t: the number type F4 is not one of F32, F16, BF16, "
        + "I32, I64, U8, BOOL")
  }

  @Test func reportsATensorGivenTwice() throws {
    let text = try message(more: #","t":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}"#)
    #expect(text.hasSuffix("the key \"t\" is given twice"))
  }

  @Test func reportsAMissingTensorAndAWrongType() throws {
    let weights = try Safetensors(contentsOf: Fixtures.url("tiny-lm"))
    let missing = #expect(throws: ModelError.self) { try weights.floats("x") }
    #expect(missing?.description.hasSuffix("model.safetensors: tensor x: is missing") == true)
    let wrong = #expect(throws: ModelError.self) { try weights.integers("model.norm.weight") }
    #expect(
      wrong?.description.hasSuffix(
        "tensor model.norm.weight: holds F32, integers are needed") == true)
  }

  @Test func reportsAFileThatIsCutWhileItIsOpen() throws {
    try withTemporaryDirectory { folder in
      let url = folder.appendingPathComponent("x.safetensors")
      try SafetensorsWriter().write(["t": StoredTensor([1.0, 2], shape: [2])], to: url)
      let open = try Safetensors(contentsOf: url)
      #expect(truncate(url.path, 16) == 0)
      let error = #expect(throws: ModelError.self) { try open.floats("t") }
      #expect(error?.description.contains("it was cut after it was opened") == true)
    }
  }

  @Test func reportsFoldersAndAbsentFiles() throws {
    try withTemporaryDirectory { folder in
      let error = #expect(throws: ModelError.self) { try Safetensors(contentsOf: folder) }
      #expect(
        error?.description == "\(folder.path): cannot read: neither model.safetensors nor "
          + "model.safetensors.index.json is in this folder")
      let absent = folder.appendingPathComponent("none.safetensors")
      let second = #expect(throws: ModelError.self) { try Safetensors(contentsOf: absent) }
      #expect(second?.description == "\(absent.path): cannot read: No such file or directory")
      let inner = folder.appendingPathComponent("model.safetensors")
      try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: false)
      let third = #expect(throws: ModelError.self) { try Safetensors(contentsOf: folder) }
      #expect(third?.description == "\(inner.path): cannot read: not a regular file")
    }
  }

  @Test func reportsFilesTooLargeForMemoryBeforeReadingThem() throws {
    try withTemporaryDirectory { folder in
      // Files with holes: as long as they say, and nothing on the disk.
      let url = folder.appendingPathComponent("x.safetensors")
      let bytes = 1 << 43
      try HandMade(
        header: #"{"t":{"dtype":"F32","shape":[\#(bytes / 4)],"data_offsets":[0,\#(bytes)]}}"#
      ).write(to: url)
      let header = try Data(contentsOf: url).count
      #expect(truncate(url.path, off_t(header + bytes)) == 0)
      let error = #expect(throws: ModelError.self) {
        try Safetensors(contentsOf: url).floats("t")
      }
      #expect(error?.description.hasSuffix("exceeds this machine's memory") == true)

      let index = folder.appendingPathComponent("model.safetensors.index.json")
      try Data().write(to: index)
      #expect(truncate(index.path, 2 << 30) == 0)
      let second = #expect(throws: ModelError.self) { try Safetensors(contentsOf: folder) }
      #expect(
        second?.description
          == "\(index.path): cannot read: 2147483648 bytes; more than 1073741824 are not read")
    }
  }

  @Test func refusesAPipeInsteadOfWaitingForIt() throws {
    try withTemporaryDirectory { folder in
      let url = folder.appendingPathComponent("x.safetensors")
      #expect(mkfifo(url.path, 0o600) == 0)
      let error = #expect(throws: ModelError.self) { try Safetensors(contentsOf: url) }
      #expect(error?.description == "\(url.path): cannot read: not a regular file")
    }
  }

  @Test func reportsAnIndexThatLies() throws {
    func message(_ index: String) throws -> String {
      try withTemporaryDirectory { folder in
        try SafetensorsWriter().write(
          ["t": StoredTensor([1.0], shape: [1])], to: folder.appendingPathComponent("a.safetensors")
        )
        try SafetensorsWriter().write(
          ["u": StoredTensor([1.0], shape: [1])], to: folder.appendingPathComponent("b.safetensors")
        )
        let url = folder.appendingPathComponent("model.safetensors.index.json")
        try Data(index.utf8).write(to: url)
        let error = #expect(throws: ModelError.self) { try Safetensors(contentsOf: folder) }
        return error?.description.replacing(folder.path + "/", with: "") ?? ""
      }
    }
    #expect(
      try message(#"{"weight_map":{"t":"b.safetensors"}}"#)
        == "model.safetensors.index.json: weight_map.t: the tensor is not in b.safetensors")
    #expect(
      try message(#"{"weight_map":{"t":"../a.safetensors"}}"#)
        == "model.safetensors.index.json: weight_map.t: \"../a.safetensors\" is not the name of a "
        + "safetensors file beside the index")
    #expect(
      try message(#"{"weight_map":{"t":"c.safetensors"}}"#)
        == "c.safetensors: cannot read: No such file or directory")
    #expect(
      try message(#"{}"#) == "model.safetensors.index.json: weight_map: is missing")
    #expect(
      try message(#"{"weight_map":{"t":"a.safetensors","x":"b.safetensors"}}"#)
        == "model.safetensors.index.json: weight_map.x: the tensor is not in b.safetensors")
  }

  @Test func survivesAnyDamagedByteOfAHeader() throws {
    try withTemporaryDirectory { folder in
      let url = folder.appendingPathComponent("x.safetensors")
      try SafetensorsWriter().write(
        ["t": StoredTensor([1.0, 2], shape: [2]), "u": StoredTensor([3], shape: [1])], to: url)
      let bytes = try Data(contentsOf: url)
      for position in bytes.indices {
        for mask in [UInt8(0x01), 0x10, 0x80] {
          var damaged = bytes
          damaged[position] ^= mask
          try damaged.write(to: url)
          // Either is fine; what counts is that nothing but a `ModelError` comes out.
          do {
            let read = try Safetensors(contentsOf: url)
            for name in read.names { _ = try read.floats(name) }
          } catch {
            #expect(error is ModelError)
          }
        }
      }
    }
  }
}
