import Foundation
import TensorEngine

/// A tensor to be stored: its numbers in row-major order and its shape.
public struct StoredTensor: Sendable, Equatable {
  enum Values: Sendable, Equatable {
    case floats([Float])
    case integers([Int])
    case deferred(DeferredFloats)

    var count: Int {
      switch self {
      case .floats(let values): values.count
      case .integers(let values): values.count
      case .deferred(let values): values.count
      }
    }
  }

  let values: Values
  public let shape: [Int]

  public init(_ floats: [Float], shape: [Int]) {
    self.values = .floats(floats)
    self.shape = shape
  }

  /// Numbers that are fetched when they are written and forgotten afterwards, so that a file can be
  /// written of more than fits into memory twice.
  public init(shape: [Int], floats: @escaping @Sendable () throws -> [Float]) {
    values = .deferred(DeferredFloats(count: shape.reduce(1, *), load: floats))
    self.shape = shape
  }

  /// Integers are stored as I64, whatever the storage of the floating-point tensors.
  public init(_ integers: [Int], shape: [Int]) {
    self.values = .integers(integers)
    self.shape = shape
  }
}

/// Numbers that are fetched when they are needed; equal to itself alone.
final class DeferredFloats: Sendable, Equatable {
  let count: Int
  private let load: @Sendable () throws -> [Float]

  init(count: Int, load: @escaping @Sendable () throws -> [Float]) {
    self.count = count
    self.load = load
  }

  static func == (a: DeferredFloats, b: DeferredFloats) -> Bool { a === b }

  func values(of name: String) throws -> [Float] {
    let values = try load()
    guard values.count == count else {
      throw ModelError.invalid("tensor \(name) has \(values.count) numbers instead of \(count)")
    }
    return values
  }
}

/// Writes safetensors files: one file, or several with their index when a size limit asks for it.
/// The same tensors give the same bytes: names are sorted, nothing of the moment is recorded.
public struct SafetensorsWriter: Sendable {
  /// How floating-point tensors are stored; F16 and BF16 round to nearest, ties to even.
  public var storage: StorageType
  public var metadata: [String: String]
  /// Bytes of tensors that one file may hold; a single larger tensor gets a file of its own.
  public var maximumShardBytes: Int?
  /// How temporary files are made; tests put a full device in its place.
  var create: AtomicFile.Create = AtomicFile.create

  public init(
    storage: StorageType = .float32, metadata: [String: String] = ["format": "pt"],
    maximumShardBytes: Int? = nil
  ) {
    self.storage = storage
    self.metadata = metadata
    self.maximumShardBytes = maximumShardBytes
  }

  /// Writes `tensors` to the file at `url`, atomically. When they exceed `maximumShardBytes`, the
  /// files `<name>-00001-of-0000N.safetensors` are written instead, and last of all
  /// `<name>.safetensors.index.json`, without which they count for nothing.
  ///
  /// - Returns: the location to open: `url`, or the index.
  /// - Throws: `ModelError.cannotWrite`; what stood at `url` is then untouched.
  @discardableResult
  public func write(_ tensors: [String: StoredTensor], to url: URL) throws -> URL {
    guard storage.isFloatingPoint else {
      throw ModelError.invalid("floating-point tensors cannot be stored as \(storage.rawValue)")
    }
    for (name, tensor) in tensors { try check(name, tensor) }
    let shards = shards(of: tensors)
    if shards.count <= 1 {
      try write(shards.first ?? [], of: tensors, to: url)
      return url
    }
    return try writeSharded(shards, of: tensors, to: url)
  }

  private func check(_ name: String, _ tensor: StoredTensor) throws {
    var count = 1
    for size in tensor.shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      guard size >= 0, !overflow else {
        throw ModelError.invalid("tensor \(name) cannot have the shape \(tensor.shape)")
      }
      count = product
    }
    guard count == tensor.values.count else {
      throw ModelError.invalid(
        "tensor \(name) has \(tensor.values.count) numbers, its shape \(tensor.shape) has \(count)")
    }
    guard name != "__metadata__" else {
      throw ModelError.invalid("no tensor can be called __metadata__")
    }
  }

  private func type(of tensor: StoredTensor) -> StorageType {
    switch tensor.values {
    case .floats, .deferred: storage
    case .integers: .int64
    }
  }

  private func byteCount(of tensor: StoredTensor) -> Int {
    tensor.values.count * type(of: tensor).byteCount
  }

  /// The sorted names, cut where the next tensor would exceed the limit.
  private func shards(of tensors: [String: StoredTensor]) -> [[String]] {
    var shards: [[String]] = []
    var bytes = 0
    for (name, tensor) in tensors.sorted(by: { $0.key < $1.key }) {
      let size = byteCount(of: tensor)
      if shards.isEmpty || maximumShardBytes.map({ bytes + size > $0 }) ?? false {
        shards.append([])
        bytes = 0
      }
      shards[shards.count - 1].append(name)
      bytes += size
    }
    return shards
  }

  private func writeSharded(
    _ shards: [[String]], of tensors: [String: StoredTensor], to url: URL
  ) throws -> URL {
    let folder = url.deletingLastPathComponent()
    let stem = url.deletingPathExtension().lastPathComponent
    var weightMap: [JSONValue.Member] = []
    for (index, names) in shards.enumerated() {
      let file = "\(stem)-\(padded(index + 1))-of-\(padded(shards.count)).safetensors"
      try write(names, of: tensors, to: folder.appendingPathComponent(file))
      weightMap += names.map { .init($0, .string(file)) }
    }
    let total = tensors.values.reduce(0) { $0 + byteCount(of: $1) }
    let index = JSONValue.object([
      .init("metadata", .object([.init("total_size", .integer(total))])),
      .init("weight_map", .object(weightMap)),
    ])
    let indexURL = folder.appendingPathComponent("\(stem).safetensors.index.json")
    try AtomicFile.write(Data(index.text.utf8), to: indexURL, create: create)
    return indexURL
  }

  private func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }

  /// One file: 8 bytes of header length, the JSON header padded to a multiple of 8, the data.
  private func write(_ names: [String], of tensors: [String: StoredTensor], to url: URL) throws {
    let header = header(names, of: tensors)
    try AtomicFile.write(to: url, create: create) { file in
      try withUnsafeBytes(of: UInt64(header.count).littleEndian) { try file.append($0) }
      try header.withUnsafeBytes { try file.append($0) }
      for name in names {
        guard let tensor = tensors[name] else { continue }
        switch tensor.values {
        case .integers(let values):
          try values.map { Int64($0) }.withUnsafeBytes { try file.append($0) }
        case .floats(let values): try append(values, to: file)
        case .deferred(let values): try append(values.values(of: name), to: file)
        }
      }
    }
  }

  private func append(_ values: [Float], to file: borrowing AtomicFile) throws {
    switch storage {
    case .bfloat16: try values.map { BFloat16($0) }.withUnsafeBytes { try file.append($0) }
    case .float16: try values.map { Float16($0) }.withUnsafeBytes { try file.append($0) }
    default: try values.withUnsafeBytes { try file.append($0) }
    }
  }

  private func header(_ names: [String], of tensors: [String: StoredTensor]) -> [UInt8] {
    var members: [JSONValue.Member] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key < $1.key }
      members.append(
        .init("__metadata__", .object(texts.map { .init($0.key, .string($0.value)) })))
    }
    var offset = 0
    for name in names {
      guard let tensor = tensors[name] else { continue }
      let end = offset + byteCount(of: tensor)
      members.append(
        .init(
          name,
          .object([
            .init("dtype", .string(type(of: tensor).rawValue)),
            .init("shape", .array(tensor.shape.map { .integer($0) })),
            .init("data_offsets", .array([.integer(offset), .integer(end)])),
          ])))
      offset = end
    }
    var bytes = Array(JSONValue.object(members).text.utf8)
    bytes += [UInt8](repeating: UInt8(ascii: " "), count: (8 - bytes.count % 8) % 8)
    return bytes
  }
}
