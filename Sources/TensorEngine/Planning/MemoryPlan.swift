/// Where planned memory goes for given bounds, and how much a run needs.
public struct MemoryPlan: Sendable {
  /// A stretch of the arena with the nodes between which it is in use.
  struct Interval: Sendable {
    var storage: Int
    var offset: Int
    var bytes: Int
    /// The shapes of its values; the largest decides how much of it a run writes.
    var shapes: Set<[Dimension]>
    var firstNode: Int
    var lastNode: Int
    var scope: String

    func overlaps(_ other: Interval) -> Bool {
      firstNode <= other.lastNode && other.firstNode <= lastNode
    }
  }

  /// The symbol sizes that the plan holds memory for.
  public let bounds: [String: Int]
  /// Bytes of intermediate values, after reuse.
  public let arenaBytes: Int
  /// Bytes of intermediate values if none shared memory.
  public let unsharedBytes: Int
  /// Bytes of kernel scratch.
  public let scratchBytes: Int
  /// Bytes of the results.
  public let outputBytes: Int
  let intervals: [Interval]
  private let outputShapes: [[Dimension]]

  /// Bytes that a run needs beside parameters and states.
  public var peakBytes: Int { arenaBytes + scratchBytes + outputBytes }

  init(
    _ placement: Placement, bounds: [String: Int], scratchBytes: Int, outputBytes: Int,
    outputShapes: [[Dimension]], bytes: (Placement.Storage) -> Int
  ) {
    self.bounds = bounds
    self.outputShapes = outputShapes
    self.scratchBytes = scratchBytes
    self.outputBytes = outputBytes
    var waiting: [Interval] = []
    for (index, storage) in placement.storages.enumerated() {
      guard storage.kind == .arena, !storage.shapes.isEmpty else { continue }
      waiting.append(
        Interval(
          storage: index, offset: 0, bytes: Self.aligned(bytes(storage)), shapes: storage.shapes,
          firstNode: storage.firstNode, lastNode: storage.lastNode, scope: storage.scope))
    }
    unsharedBytes = waiting.reduce(0) { $0 + $1.bytes }
    waiting.sort { ($0.bytes, $1.storage) > ($1.bytes, $0.storage) }
    intervals = Self.place(waiting)
    arenaBytes = intervals.map { $0.offset + $0.bytes }.max() ?? 0
  }

  private static func aligned(_ bytes: Int) -> Int { max(64, (bytes + 63) & ~63) }

  /// Bytes of intermediate values and scratch, gaps included.
  public var reservedBytes: Int { arenaBytes + scratchBytes }

  /// Where a run of these sizes, within the bounds, writes intermediate values and scratch: ascending
  /// ranges of bytes, none beside another.
  public func written(for sizes: [String: Int]) throws -> [Range<Int>] {
    var ranges = try intervals.map { interval in
      let largest = try interval.shapes.map { try Self.bytes($0, sizes) }.max() ?? 0
      return interval.offset..<interval.offset + min(largest, interval.bytes)
    }
    ranges.append(arenaBytes..<reservedBytes)
    var joined: [Range<Int>] = []
    for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
      if let last = joined.last, last.upperBound >= range.lowerBound {
        let end = max(last.upperBound, range.upperBound)
        joined[joined.count - 1] = last.lowerBound..<end
      } else {
        joined.append(range)
      }
    }
    return joined
  }

  /// Bytes of the results of a run of these sizes.
  public func outputBytes(for sizes: [String: Int]) throws -> Int {
    try outputShapes.reduce(0) { try $0 + Self.bytes($1, sizes) }
  }

  private static func bytes(_ shape: [Dimension], _ sizes: [String: Int]) throws -> Int {
    try 4 * elementCount(TensorType(shape).resolve(sizes))
  }

  /// Greedy best fit, largest first: each interval goes into the smallest gap that is free for its
  /// whole life.
  private static func place(_ waiting: [Interval]) -> [Interval] {
    var placed: [Interval] = []
    for var interval in waiting {
      let neighbours = placed.filter(interval.overlaps).sorted { $0.offset < $1.offset }
      var best: (offset: Int, slack: Int)?
      var end = 0
      for neighbour in neighbours {
        let gap = neighbour.offset - end
        if gap >= interval.bytes, gap - interval.bytes < best?.slack ?? .max {
          best = (end, gap - interval.bytes)
        }
        end = max(end, neighbour.offset + neighbour.bytes)
      }
      interval.offset = best?.offset ?? end
      placed.append(interval)
    }
    return placed
  }
}

/// The plan in words: totals, then the largest values alive at the fullest moment.
extension MemoryPlan: CustomStringConvertible {
  public var description: String {
    let sizes = bounds.sorted { $0.key < $1.key }.map { "\($0.key) <= \($0.value)" }
    var lines = [
      "peak \(Self.mebibytes(peakBytes)) for \(sizes.joined(separator: ", "))",
      "  intermediates \(Self.mebibytes(arenaBytes)) "
        + "(\(Self.mebibytes(unsharedBytes)) without reuse)",
      "  scratch \(Self.mebibytes(scratchBytes)), results \(Self.mebibytes(outputBytes))",
    ]
    let live = fullest()
    if let live {
      lines.append("  largest of the \(live.values.count) values alive at node %\(live.node):")
      for interval in live.values.sorted(by: { $0.bytes > $1.bytes }).prefix(10) {
        let scope = interval.scope.isEmpty ? "input" : interval.scope
        lines.append("    \(Self.mebibytes(interval.bytes)) \(scope)")
      }
    }
    return lines.joined(separator: "\n")
  }

  /// The node at which most bytes are alive.
  private func fullest() -> (node: Int, values: [Interval])? {
    var best: (node: Int, bytes: Int, values: [Interval])?
    for node in Set(intervals.map(\.firstNode)).sorted() {
      let alive = intervals.filter { $0.firstNode <= node && node <= $0.lastNode }
      let bytes = alive.reduce(0) { $0 + $1.bytes }
      if bytes > best?.bytes ?? 0 { best = (node, bytes, alive) }
    }
    return best.map { ($0.node, $0.values) }
  }

  private static func mebibytes(_ bytes: Int) -> String {
    let hundredths = (bytes * 100 + (1 << 19)) >> 20
    let fraction = hundredths % 100
    return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction) MiB"
  }
}

extension MemoryPlan {
  /// A plan for the bounds of these symbol sizes.
  init(
    graph: Graph, placement: Placement, sizes: [String: Int],
    scratchBytes: ([String: Int]) -> Int = { _ in 0 }
  ) throws {
    let bounds = sizes.mapValues(BoundLadder.bound)
    for storage in placement.storages {
      for shape in storage.shapes { _ = try Self.bytes(shape, bounds) }
    }
    let outputBytes = try graph.outputs.reduce(0) {
      try $0 + Self.bytes(graph.type($1.value).shape, bounds)
    }
    self.init(
      placement, bounds: bounds, scratchBytes: scratchBytes(bounds), outputBytes: outputBytes,
      outputShapes: graph.outputs.map { graph.type($0.value).shape }
    ) { storage in
      storage.shapes.map { (try? Self.bytes($0, bounds)) ?? 0 }.max() ?? 0
    }
  }
}
