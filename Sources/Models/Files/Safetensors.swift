import Foundation

/// How a tensor's numbers lie in a safetensors file.
public enum StorageType: String, Sendable, Hashable, CaseIterable {
  case float32 = "F32"
  case float16 = "F16"
  case bfloat16 = "BF16"
  case int32 = "I32"
  case int64 = "I64"
  case uint8 = "U8"
  case bool = "BOOL"

  /// Bytes of one number.
  public var byteCount: Int {
    switch self {
    case .float32, .int32: 4
    case .float16, .bfloat16: 2
    case .int64: 8
    case .uint8, .bool: 1
    }
  }

  public var isFloatingPoint: Bool {
    switch self {
    case .float32, .float16, .bfloat16: true
    case .int32, .int64, .uint8, .bool: false
    }
  }
}

/// Named tensors of a safetensors file, or of several with their index. Opening reads and checks
/// the headers only; numbers are read when asked for.
///
/// Everything a header claims is checked against the file before it is believed: its own length,
/// every shape against its byte range, that ranges neither overlap nor leave the data, and of an
/// index that each tensor is in the file it names.
public struct Safetensors: Sendable {
  public struct Entry: Sendable, Hashable {
    public let name: String
    public let type: StorageType
    public let shape: [Int]
    /// Numbers in the tensor: the product of the shape, 1 for a scalar.
    public let count: Int
    /// Bytes of all of them.
    public var byteCount: Int { count * type.byteCount }
    /// Offset of the first byte in its file.
    let offset: Int
    /// Which of the files holds it.
    let file: Int
  }

  private let files: [FileBytes]
  private let entries: [String: Entry]
  /// The `__metadata__` texts of all files together.
  public let metadata: [String: String]

  /// - Parameter url: a `.safetensors` file, a `.safetensors.index.json` file, or a folder with
  ///   `model.safetensors` or `model.safetensors.index.json`.
  /// - Throws: `ModelError` that names the file and the tensor.
  public init(contentsOf url: URL) throws {
    let file = try Safetensors.resolve(url)
    var header = SafetensorsHeader()
    if file.pathExtension == "json" {
      files = try header.addIndex(file)
    } else {
      files = [try header.addFile(file, index: 0)]
    }
    entries = header.entries
    metadata = header.metadata
  }

  private static func resolve(_ url: URL) throws -> URL {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory) else {
      throw ModelError.cannotRead(path: url.path, reason: FileBytes.systemReason(ENOENT))
    }
    guard isDirectory.boolValue else { return url }
    for name in ["model.safetensors", "model.safetensors.index.json"] {
      let candidate = url.appendingPathComponent(name)
      if FileManager.default.fileExists(atPath: candidate.path) { return candidate }
    }
    throw ModelError.cannotRead(
      path: url.path,
      reason: "neither model.safetensors nor model.safetensors.index.json is in this folder")
  }

  /// All tensor names, sorted.
  public var names: [String] { entries.keys.sorted() }

  public func entry(_ name: String) -> Entry? { entries[name] }

  public func shape(of name: String) -> [Int]? { entries[name]?.shape }

  /// The file that holds the tensor, for messages.
  public func path(of name: String) -> String {
    entries[name].map { files[$0.file].path } ?? files.first?.path ?? ""
  }

  /// The tensor's numbers in row-major order; F16 and BF16 are widened exactly.
  ///
  /// - Throws: `ModelError` when there is no such tensor or it holds integers.
  public func floats(_ name: String) throws -> [Float] {
    let entry = try find(name)
    switch entry.type {
    case .float32: return try read(entry, as: Float.self)
    case .bfloat16:
      return try read(entry, as: UInt16.self).map { Float(bitPattern: UInt32($0) << 16) }
    case .float16: return try read(entry, as: Float16.self).map { Float($0) }
    case .int32, .int64, .uint8, .bool:
      throw ModelError.malformed(
        path: path(of: name), location: "tensor \(name)",
        reason: "holds \(entry.type.rawValue), floating-point numbers are needed")
    }
  }

  /// The tensor's integers in row-major order; booleans are 0 and 1.
  ///
  /// - Throws: `ModelError` when there is no such tensor or it holds floating-point numbers.
  public func integers(_ name: String) throws -> [Int] {
    let entry = try find(name)
    switch entry.type {
    case .int32: return try read(entry, as: Int32.self).map { Int($0) }
    case .int64: return try read(entry, as: Int64.self).map { Int($0) }
    case .uint8, .bool: return try read(entry, as: UInt8.self).map { Int($0) }
    case .float32, .float16, .bfloat16:
      throw ModelError.malformed(
        path: path(of: name), location: "tensor \(name)",
        reason: "holds \(entry.type.rawValue), integers are needed")
    }
  }

  func find(_ name: String) throws -> Entry {
    guard let entry = entries[name] else {
      throw ModelError.malformed(
        path: path(of: name), location: "tensor \(name)", reason: "is missing")
    }
    return entry
  }

  /// The bytes of a stretch of a tensor's numbers.
  func bytes(
    of entry: Entry, _ elements: Range<Int>, into memory: UnsafeMutableRawBufferPointer
  ) throws {
    precondition(elements.upperBound <= entry.count, "Safetensors: a stretch outside its tensor")
    try files[entry.file].read(
      into: memory, at: entry.offset + elements.lowerBound * entry.type.byteCount)
  }

  /// The stored numbers, which are little-endian like every processor this runs on.
  private func read<Number: BitwiseCopyable>(_ entry: Entry, as: Number.Type) throws -> [Number] {
    guard UInt64(entry.byteCount) <= ProcessInfo.processInfo.physicalMemory else {
      throw ModelError.cannotRead(
        path: path(of: entry.name),
        reason: "tensor \(entry.name) of \(entry.byteCount) bytes exceeds this machine's memory")
    }
    return try [Number](unsafeUninitializedCapacity: entry.count) { buffer, initialized in
      let range = UnsafeMutableRawBufferPointer(
        start: buffer.baseAddress, count: entry.count * MemoryLayout<Number>.stride)
      try files[entry.file].read(into: range, at: entry.offset)
      initialized = entry.count
    }
  }
}
