import Foundation
import TestSupport
import Testing

@testable import Models

@Suite struct SafetensorsTests {
  private let tensors: [String: StoredTensor] = [
    "b.weight": StoredTensor([1.5, -2, 0.25, 3e-8, .infinity, -0.0], shape: [2, 3]),
    "a.scalar": StoredTensor([7.0], shape: []),
    "empty": StoredTensor([Float](), shape: [0, 4]),
    "steps": StoredTensor([Int.max, -3, 0], shape: [3]),
  ]

  @Test func readsWhatItWrote() throws {
    try withTemporaryDirectory { folder in
      let url = folder.appendingPathComponent("x.safetensors")
      try SafetensorsWriter().write(tensors, to: url)
      let read = try Safetensors(contentsOf: url)
      #expect(read.names == ["a.scalar", "b.weight", "empty", "steps"])
      #expect(read.metadata == ["format": "pt"])
      #expect(try read.floats("b.weight") == [1.5, -2, 0.25, 3e-8, .infinity, -0.0])
      #expect(read.shape(of: "b.weight") == [2, 3])
      #expect(try read.floats("a.scalar") == [7])
      #expect(read.shape(of: "a.scalar") == [])
      #expect(try read.floats("empty") == [])
      #expect(try read.integers("steps") == [Int.max, -3, 0])
      #expect(read.entry("steps")?.type == .int64)
    }
  }

  @Test func writesTheSameBytesForTheSameTensors() throws {
    try withTemporaryDirectory { folder in
      let urls = ["x", "y"].map { folder.appendingPathComponent("\($0).safetensors") }
      for url in urls { try SafetensorsWriter().write(tensors, to: url) }
      #expect(try Data(contentsOf: urls[0]) == Data(contentsOf: urls[1]))
    }
  }

  @Test func readsTheReferenceFiles() throws {
    let weights = try Safetensors(contentsOf: Fixtures.url("tiny-lm"))
    #expect(weights.names.count == 38)
    #expect(weights.shape(of: "model.embed_tokens.weight") == [1024, 128])
    // Numbers as numpy gives them.
    let norm = try weights.floats("model.norm.weight")
    #expect(norm.count == 128)
    #expect(norm.prefix(3) == [1.0101938247680664, 1.0184576511383057, 1.0277245044708252])
    let embedding = try weights.floats("model.embed_tokens.weight")
    #expect(abs(sum(embedding) - -25.994100146386643) < 1e-6)
  }

  @Test func readsEveryNumberTypeOfTheReferenceFiles() throws {
    let file = try Safetensors(contentsOf: Fixtures.url("video_preprocess.safetensors"))
    // Sums as numpy gives them.
    #expect(file.entry("noresize.pixel_values_videos")?.type == .float16)
    let half = try file.floats("noresize.pixel_values_videos")
    #expect(abs(sum(half) - 23291.54723739624) < 1e-6)
    let full = try file.floats("resize.pixel_values_videos")
    #expect(abs(sum(full) - -7736.721107645193) < 1e-6)
    #expect(try file.integers("noresize.video_grid_thw") == [2, 8, 8])
    #expect(file.entry("frames_tchw_u8")?.type == .uint8)
    #expect(try file.integers("frames_tchw_u8").reduce(0, +) == 18_867_185)
  }

  private func sum(_ values: [Float]) -> Double { values.reduce(0) { $0 + Double($1) } }

  @Test func widensEveryHalfPrecisionPatternExactly() throws {
    try withTemporaryDirectory { folder in
      let url = folder.appendingPathComponent("half.safetensors")
      let patterns = (0...UInt16.max).map { $0 }
      let data = patterns.withUnsafeBytes { Data($0) }
      try HandMade(
        header: #"{"h":{"dtype":"F16","shape":[65536],"data_offsets":[0,131072]}}"#, data: data
      ).write(to: url)
      let values = try Safetensors(contentsOf: url).floats("h")
      for (pattern, value) in zip(patterns, values) {
        // IEEE 754 binary16 by its definition: sign, exponent of 5 bits, fraction of 10.
        let sign: Float = pattern & 0x8000 == 0 ? 1 : -1
        let exponent = Int(pattern >> 10 & 31)
        let fraction = Float(pattern & 1023)
        let scale = Float(sign: .plus, exponent: max(exponent, 1) - 25, significand: 1)
        switch exponent {
        case 31: #expect(fraction == 0 ? value == sign * .infinity : value.isNaN)
        default: #expect(value == sign * scale * (fraction + (exponent == 0 ? 0 : 1024)))
        }
      }
    }
  }

  @Test(arguments: [StorageType.bfloat16, .float16])
  func roundsToTheNearestHalfPrecisionNumber(storage: StorageType) throws {
    // Halfway cases go to the even neighbour; 8 and 11 bits of precision.
    let step: Float = storage == .bfloat16 ? 0x1p-7 : 0x1p-10
    let values: [Float] = [
      1, 1 + step / 2, 1 + step * 3 / 2, 1 + step * 0.51, -1 - step / 2, 0, .infinity, 0x1p-14,
    ]
    let expected: [Float] = [
      1, 1, 1 + 2 * step, 1 + step, -1, 0, .infinity, 0x1p-14,
    ]
    try withTemporaryDirectory { folder in
      let url = folder.appendingPathComponent("x.safetensors")
      let nan = StoredTensor([.nan, Float(bitPattern: 0x7F80_0001)], shape: [2])
      try SafetensorsWriter(storage: storage).write(
        ["v": StoredTensor(values, shape: [8]), "nan": nan], to: url)
      let read = try Safetensors(contentsOf: url)
      #expect(try read.floats("v") == expected)
      #expect(read.entry("v")?.type == storage)
      #expect(try read.floats("nan").allSatisfy(\.isNaN))
    }
  }

  @Test func cutsLargeModelsIntoSeveralFiles() throws {
    let tensors = Dictionary(
      uniqueKeysWithValues: (0..<5).map {
        ("t\($0)", StoredTensor([Float](repeating: Float($0), count: 100), shape: [100]))
      })
    try withTemporaryDirectory { folder in
      let written = try SafetensorsWriter(maximumShardBytes: 900).write(
        tensors, to: folder.appendingPathComponent("model.safetensors"))
      #expect(written.lastPathComponent == "model.safetensors.index.json")
      let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
      #expect(
        files == [
          "model-00001-of-00003.safetensors", "model-00002-of-00003.safetensors",
          "model-00003-of-00003.safetensors", "model.safetensors.index.json",
        ])
      let read = try Safetensors(contentsOf: folder)
      #expect(read.names == tensors.keys.sorted())
      for (name, tensor) in tensors {
        #expect(try StoredTensor(read.floats(name), shape: read.shape(of: name) ?? []) == tensor)
      }
    }
  }

  @Test func leavesTheOldFileWhenTheDiskIsFull() throws {
    try withTemporaryDirectory { folder in
      let url = folder.appendingPathComponent("x.safetensors")
      try SafetensorsWriter().write(tensors, to: url)
      let before = try Data(contentsOf: url)
      var writer = SafetensorsWriter()
      writer.create = fullDevice
      let error = #expect(throws: ModelError.self) { try writer.write([:], to: url) }
      #expect(error?.description == "\(url.path): cannot write: No space left on device")
      #expect(try Data(contentsOf: url) == before)
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
    }
  }

  @Test func saysWhyItCannotWrite() throws {
    let url = URL(fileURLWithPath: "/nowhere/x.safetensors")
    let error = #expect(throws: ModelError.self) { try SafetensorsWriter().write(tensors, to: url) }
    #expect(
      error?.description
        == "/nowhere/x.safetensors: cannot write: No such file or directory")
  }

  @Test func refusesTensorsThatDoNotFillTheirShape() throws {
    func message(_ tensor: StoredTensor, name: String = "t") -> String {
      let url = URL(fileURLWithPath: "/nowhere/x.safetensors")
      return
        (#expect(throws: ModelError.self) {
          try SafetensorsWriter().write([name: tensor], to: url)
        })?.description ?? ""
    }
    #expect(
      message(StoredTensor([1.0, 2], shape: [3]))
        == "tensor t has 2 numbers, its shape [3] has 3")
    #expect(
      message(StoredTensor([1.0], shape: [-1])) == "tensor t cannot have the shape [-1]")
    #expect(
      message(StoredTensor([1.0], shape: [Int.max, 2]))
        == "tensor t cannot have the shape [9223372036854775807, 2]")
    #expect(
      message(StoredTensor([1.0], shape: [1]), name: "__metadata__")
        == "no tensor can be called __metadata__")
  }
}

/// Opens a device that is always full.
let fullDevice: AtomicFile.Create = { _ in open("/dev/full", O_WRONLY) }

/// A safetensors file with any header, true or not.
struct HandMade {
  var header: String
  var data = Data()
  /// The header length that the file claims; nil for the true one.
  var claimedLength: UInt64?

  func write(to url: URL) throws {
    let length = claimedLength ?? UInt64(header.utf8.count)
    let prefix = withUnsafeBytes(of: length.littleEndian) { Data($0) }
    try (prefix + Data(header.utf8) + data).write(to: url)
  }
}
