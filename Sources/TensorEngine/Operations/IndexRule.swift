/// What the contents of an index input must satisfy. Checked on the host when inputs are bound, so
/// that no kernel meets a bad index and no state is changed by a run that fails.
enum IndexRule: Sendable, Hashable {
  /// Every index is in `0 ..< bound`.
  case below(Dimension)
  /// No index appears twice. Comes after a `below` rule.
  case distinct
  /// The rows are segments of an attention table over these query and key rows.
  case segments(queries: Dimension, keys: Dimension, causal: Bool)
  /// Segments that share key rows carry the same group.
  case groups(keys: Dimension)
}

/// One rule for one index input, with where it comes from.
struct IndexCheck: Sendable {
  var input: String
  var rule: IndexRule
  var operation: String
  var scope: String

  /// Throws `indexOutOfRange` or `invalidIndices`.
  func verify(_ values: [Int32], _ size: (Dimension) -> Int) throws {
    switch rule {
    case .below(let bound):
      let bound = size(bound)
      for value in values { try require(Int(value), 0, below: bound) }
    case .distinct:
      var seen = Set<Int32>(minimumCapacity: values.count)
      for value in values where !seen.insert(value).inserted {
        throw invalid("'\(input)' holds row \(value) twice")
      }
    case .segments(let queries, let keys, let causal):
      try verifySegments(values, size(queries), size(keys), causal)
    case .groups(let keys):
      try verifyGroups(values, size(keys))
    }
  }

  private func require(_ value: Int, _ low: Int, below bound: Int) throws {
    guard value >= low, value < bound else {
      throw EngineError.indexOutOfRange(
        operation: operation, scope: scope, index: value, bound: bound)
    }
  }

  private func invalid(_ message: String) -> EngineError {
    .invalidIndices(operation: operation, scope: scope, message: message)
  }

  private func verifySegments(
    _ values: [Int32], _ queries: Int, _ keys: Int, _ causal: Bool
  ) throws {
    var covered = [Bool](repeating: false, count: queries)
    for segment in SegmentRow.all(values) {
      for count in [segment.queryCount, segment.prefixCount, segment.ownCount] where count < 0 {
        throw invalid("'\(input)' has a negative count: \(segment)")
      }
      try require(segment.queryStart, 0, below: queries + 1)
      try require(segment.queryStart + segment.queryCount, 0, below: queries + 1)
      for (start, count) in [
        (segment.prefixStart, segment.prefixCount), (segment.ownStart, segment.ownCount),
      ] {
        try require(start, 0, below: keys + 1)
        try require(start + count, 0, below: keys + 1)
      }
      if segment.prefixCount + segment.ownCount > keys {
        throw invalid("'\(input)' has a segment with more keys than rows: \(segment)")
      }
      if causal, segment.ownCount < segment.queryCount {
        throw invalid(
          "'\(input)' has a causal segment with fewer own keys than queries: \(segment)")
      }
      for row in segment.queryStart..<segment.queryStart + segment.queryCount {
        if covered[row] { throw invalid("'\(input)' has two segments for query row \(row)") }
        covered[row] = true
      }
    }
  }

  private func verifyGroups(_ values: [Int32], _ keys: Int) throws {
    var owner = [Int](repeating: -1, count: keys)
    for segment in SegmentRow.all(values) {
      for range in [segment.prefix, segment.own] {
        for row in range where owner[row] != segment.group {
          guard owner[row] < 0 else {
            throw invalid(
              "'\(input)' has key row \(row) in groups \(owner[row]) and \(segment.group)")
          }
          owner[row] = segment.group
        }
      }
    }
  }
}
