/// What memory is held for, in the order it is reported.
public enum MemoryPart: String, Sendable, Hashable, CaseIterable, Encodable {
  /// The program, its libraries, records and decoded frames.
  case program, records, frames
  /// Weights that are trained, or sampled from; and those that stay as they are: what a stage starts
  /// from, the reference.
  case weights, frozen = "frozen weights"
  /// Weights in the order that products of few rows read them in.
  case packed = "packed weights"
  case optimizer = "optimizer moments"
  /// Gradients, and other results of a step.
  case results = "gradients and results"
  /// Values between the operations of a step, and scratch.
  case intermediates
  /// Keys and values of what is being decoded.
  case cache = "keys and values"
  /// Batches, and copies that are being written to files.
  case host = "batches and copies"
  /// Memory that earlier moments gave back, kept for the next ones.
  case free = "kept for reuse"
}

/// Bytes by what they are for.
public struct MemoryParts: Sendable, Hashable {
  public private(set) var bytes: [MemoryPart: Int] = [:]

  public init() {}

  public subscript(_ part: MemoryPart) -> Int {
    get { bytes[part] ?? 0 }
    set { bytes[part] = newValue == 0 ? nil : newValue }
  }

  public var total: Int { bytes.values.reduce(0, +) }

  /// The largest first.
  public var largest: [(part: MemoryPart, bytes: Int)] {
    MemoryPart.allCases.compactMap { part in bytes[part].map { (part, $0) } }
      .sorted { $0.bytes > $1.bytes }
  }
}

/// One kind of moment of a stage or an evaluation, with the memory held at its fullest.
public struct ForecastMoment: Sendable {
  public enum Kind: String, Sendable, CaseIterable {
    /// Judges and generators are asked.
    case asking
    case sampling, reference, update, saving
  }

  public var kind: Kind
  public var memory: MemoryParts
  /// What the device reserves at that moment: all but what the process holds elsewhere, and gaps
  /// between intermediates too.
  public internal(set) var deviceBytes = 0
}
