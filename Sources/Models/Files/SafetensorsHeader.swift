import Foundation

/// The checked headers of one or more safetensors files
/// (format: https://github.com/huggingface/safetensors).
struct SafetensorsHeader {
  /// The format's own limit on a header.
  static let maximumHeaderBytes = 100_000_000

  private(set) var entries: [String: Safetensors.Entry] = [:]
  private(set) var metadata: [String: String] = [:]

  /// Opens the file at `url`, whose tensors become entries of file number `index`.
  mutating func addFile(_ url: URL, index: Int) throws -> FileBytes {
    let file = try FileBytes(url)
    let (top, dataStart) = try SafetensorsHeader.read(file)
    var ranges: [(name: String, range: Range<Int>)] = []
    for (name, node) in try top.members() {
      if name == "__metadata__" {
        for (key, text) in try node.members() { metadata[key] = try text.string() }
        continue
      }
      let (entry, range) = try SafetensorsHeader.entry(
        name, node, dataStart: dataStart, file: (index, file))
      ranges.append((name, range))
      guard entries.updateValue(entry, forKey: name) == nil else {
        throw SafetensorsHeader.failure(file, name, "stands in more than one file")
      }
    }
    try SafetensorsHeader.checkCoverage(ranges, dataBytes: file.count - dataStart, file)
    return file
  }

  /// Opens all files that the index at `url` names, and checks that each tensor is where it says.
  mutating func addIndex(_ url: URL) throws -> [FileBytes] {
    let map = try JSONNode(contentsOf: url).required("weight_map")
    var fileOfTensor: [(name: String, file: String, node: JSONNode)] = []
    for (name, node) in try map.members() {
      let file = try node.string()
      guard !file.isEmpty, !file.contains("/"), file != "..", file.hasSuffix(".safetensors") else {
        throw node.failure("\"\(file)\" is not the name of a safetensors file beside the index")
      }
      fileOfTensor.append((name, file, node))
    }
    let names = Array(Set(fileOfTensor.map(\.file))).sorted()
    let folder = url.deletingLastPathComponent()
    var files: [FileBytes] = []
    for (index, name) in names.enumerated() {
      files.append(try addFile(folder.appendingPathComponent(name), index: index))
    }
    for (name, file, node) in fileOfTensor {
      guard let entry = entries[name], names[entry.file] == file else {
        throw node.failure("the tensor is not in \(file)")
      }
    }
    let listed = Set(fileOfTensor.map(\.name))
    if let extra = entries.keys.filter({ !listed.contains($0) }).min() {
      throw map.failure("does not list the tensor \(extra), which its files hold")
    }
    return files
  }

  /// The header's JSON, and where the data behind it starts.
  private static func read(_ file: FileBytes) throws -> (top: JSONNode, dataStart: Int) {
    func malformed(_ reason: String) -> ModelError {
      .malformed(path: file.path, location: "the header", reason: reason)
    }
    guard file.count >= 8 else {
      throw malformed("the file has \(file.count) bytes; 8 bytes of header length come first")
    }
    let prefix = try file.read(8, at: 0)
    let length = prefix.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(maximumHeaderBytes) else {
      throw malformed("claims \(length) bytes; the format allows \(maximumHeaderBytes)")
    }
    let bytes = Int(length)
    guard bytes <= file.count - 8 else {
      throw malformed(
        "claims \(bytes) bytes, and only \(file.count - 8) follow: the file is cut short")
    }
    let top = try JSONNode(try file.read(bytes, at: 8), path: file.path)
    return (top, 8 + bytes)
  }

  private static func failure(_ file: FileBytes, _ name: String, _ reason: String) -> ModelError {
    .malformed(path: file.path, location: "tensor \(name)", reason: reason)
  }

  /// The entry of one tensor, and its byte range in the data.
  private static func entry(
    _ name: String, _ node: JSONNode, dataStart: Int, file: (index: Int, bytes: FileBytes)
  ) throws -> (Safetensors.Entry, Range<Int>) {
    func failure(_ reason: String) -> ModelError { self.failure(file.bytes, name, reason) }

    let typeName = try node.required("dtype").string()
    guard let type = StorageType(rawValue: typeName) else {
      let known = StorageType.allCases.map(\.rawValue).joined(separator: ", ")
      throw failure("the number type \(typeName) is not one of \(known)")
    }
    var shape: [Int] = []
    var count = 1
    for dimension in try node.required("shape").elements() {
      let size = try dimension.integer(in: 0...Int.max)
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard !overflow else { throw failure("its shape holds more numbers than fit in 64 bits") }
      count = product
      shape.append(size)
    }
    let offsets = try node.required("data_offsets").elements().map {
      try $0.integer(in: 0...Int.max)
    }
    guard offsets.count == 2, offsets[0] <= offsets[1] else {
      throw failure("data_offsets \(offsets) is not a start and an end")
    }
    let dataBytes = file.bytes.count - dataStart
    guard offsets[1] <= dataBytes else {
      throw failure(
        "ends at byte \(offsets[1]) of the data, which has \(dataBytes) bytes: the file is cut "
          + "short")
    }
    let (bytes, overflow) = count.multipliedReportingOverflow(by: type.byteCount)
    guard !overflow, bytes == offsets[1] - offsets[0] else {
      throw failure(
        "its shape \(shape) of \(type.rawValue) does not fill its \(offsets[1] - offsets[0]) bytes")
    }
    let entry = Safetensors.Entry(
      name: name, type: type, shape: shape, count: count, offset: dataStart + offsets[0],
      file: file.index)
    return (entry, offsets[0]..<offsets[1])
  }

  /// The format wants the tensors to cover the data without overlap and without holes.
  private static func checkCoverage(
    _ ranges: [(name: String, range: Range<Int>)], dataBytes: Int, _ file: FileBytes
  ) throws {
    var end = 0
    var previous = ""
    let ordered = ranges.sorted {
      ($0.range.lowerBound, $0.range.upperBound) < ($1.range.lowerBound, $1.range.upperBound)
    }
    for (name, range) in ordered {
      if range.lowerBound < end {
        throw failure(file, name, "overlaps the bytes of tensor \(previous)")
      }
      if range.lowerBound > end {
        throw failure(file, name, "starts at byte \(range.lowerBound), \(end) is the next free one")
      }
      end = range.upperBound
      previous = name
    }
    guard end == dataBytes else {
      throw ModelError.malformed(
        path: file.path, location: "the data",
        reason: "\(dataBytes - end) bytes at the end belong to no tensor")
    }
  }
}
