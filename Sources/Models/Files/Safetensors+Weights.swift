import Foundation
import TensorEngine

extension Safetensors {
  /// Reads a stretch of a tensor's numbers as `element`, float32 or bfloat16, into memory that has just
  /// room for them. Narrower numbers are widened exactly, wider ones rounded to nearest, ties to even.
  ///
  /// Weights are read by such stretches, each straight into the form that a device keeps: while a model
  /// is loaded it takes the memory of its weights, and a few MiB. The file is not mapped, though frozen
  /// weights could lie there. Panels are packed for the kernels, so a mapping would hold a second copy
  /// of what is never read again; embeddings are looked up in the panels of the output projection; and a
  /// file that is cut short or on a disk that fails kills whoever has mapped it, where a read is an error.
  ///
  /// - Throws: `ModelError` that names file and tensor: when there is no such tensor, it holds integers,
  ///   or a number that is NaN or infinite, or becomes infinite by rounding.
  public func read(
    _ name: String, _ elements: Range<Int>, as element: ElementType,
    into memory: UnsafeMutableRawBufferPointer
  ) throws {
    let entry = try find(name)
    switch (entry.type, element) {
    case (.float32, .float32), (.bfloat16, .bfloat16):
      try bytes(of: entry, elements, into: memory)
    case (.float32, .bfloat16):
      try converted(entry, elements, into: memory) { (value: Float) in BFloat16(value) }
    case (.float16, .bfloat16):
      try converted(entry, elements, into: memory) { (value: Float16) in BFloat16(Float(value)) }
    case (.bfloat16, .float32):
      try converted(entry, elements, into: memory) { (value: BFloat16) in Float(value) }
    case (.float16, .float32):
      try converted(entry, elements, into: memory) { (value: Float16) in Float(value) }
    case (.int32, _), (.int64, _), (.uint8, _), (.bool, _), (_, .int32):
      throw ModelError.malformed(
        path: path(of: name), location: "tensor \(name)",
        reason: "holds \(entry.type.rawValue), floating-point numbers are needed")
    }
    try checkFinite(entry, elements, element, memory)
  }

  /// Numbers that are converted at once.
  private static let convertedAtOnce = 1 << 16

  private func converted<Stored: BitwiseCopyable, Number: BitwiseCopyable>(
    _ entry: Entry, _ elements: Range<Int>, into memory: UnsafeMutableRawBufferPointer,
    _ convert: (Stored) -> Number
  ) throws {
    let target = memory.bindMemory(to: Number.self)
    let size = Self.convertedAtOnce
    try withUnsafeTemporaryAllocation(of: Stored.self, capacity: min(size, elements.count)) {
      stored in
      for first in stride(from: elements.lowerBound, to: elements.upperBound, by: size) {
        let count = min(size, elements.upperBound - first)
        let some = stored.extracting(0..<count)
        try bytes(of: entry, first..<first + count, into: UnsafeMutableRawBufferPointer(some))
        let offset = first - elements.lowerBound
        for index in 0..<count { target[offset + index] = convert(some[index]) }
      }
    }
  }

  private func checkFinite(
    _ entry: Entry, _ elements: Range<Int>, _ element: ElementType,
    _ memory: UnsafeMutableRawBufferPointer
  ) throws {
    let place: Int?
    let number: Float
    if element == .bfloat16 {
      let bits = memory.bindMemory(to: UInt16.self)
      place = firstSaturated(bits, exponent: 0x7F80)
      number = place.map { Float(BFloat16(bitPattern: bits[$0])) } ?? 0
    } else {
      let bits = memory.bindMemory(to: UInt32.self)
      place = firstSaturated(bits, exponent: 0x7F80_0000)
      number = place.map { Float(bitPattern: bits[$0]) } ?? 0
    }
    guard let place else { return }
    let rounded = entry.type != .bfloat16 && element == .bfloat16 ? ", rounded to bf16," : ""
    throw ModelError.contradiction(
      path: path(of: entry.name), tensor: entry.name,
      reason: "holds \(number)\(rounded) at position \(elements.lowerBound + place); "
        + "weights are finite numbers")
  }
}

/// The first number whose exponent has all bits set: infinite, or no number.
private func firstSaturated<Bits: FixedWidthInteger>(
  _ numbers: UnsafeMutableBufferPointer<Bits>, exponent: Bits
) -> Int? {
  // Without a branch the loop runs at the speed of memory; almost always there is nothing to find.
  var found: Bits = 0
  for index in numbers.indices { found |= numbers[index] & exponent == exponent ? 1 : 0 }
  return found == 0 ? nil : numbers.firstIndex { $0 & exponent == exponent }
}
