/// One row of a segment table: query rows, and the key rows that each of them may attend to.
///
/// As numbers: `queryStart, queryCount, prefixStart, prefixCount, ownStart, ownCount, group`.
public struct SegmentRow: Sendable, Hashable {
  /// Numbers of a row.
  public static let width = 7
  /// Where the start of the own rows is among them.
  public static let ownStartColumn = 4

  var queryStart, queryCount, prefixStart, prefixCount, ownStart, ownCount, group: Int

  /// - Parameters:
  ///   - prefix: key rows that all queries see.
  ///   - own: key rows that follow; a causal query sees those up to its own place from the end.
  ///   - group: what segments that share key rows have in common.
  public init(queries: Range<Int>, prefix: Range<Int> = 0..<0, own: Range<Int>, group: Int) {
    (queryStart, queryCount) = (queries.lowerBound, queries.count)
    (prefixStart, prefixCount) = (prefix.lowerBound, prefix.count)
    (ownStart, ownCount) = (own.lowerBound, own.count)
    self.group = group
  }

  /// The row in a table, int32 `[n, width]`.
  public var values: [Int32] {
    [queryStart, queryCount, prefixStart, prefixCount, ownStart, ownCount, group].map {
      Int32($0)
    }
  }

  var prefix: Range<Int> { prefixStart..<prefixStart + prefixCount }
  var own: Range<Int> { ownStart..<ownStart + ownCount }

  /// The keys of query `index`: the prefix, then its own rows in order.
  func keys(ofQuery index: Int, causal: Bool) -> [Int] {
    let visible = causal ? ownCount - queryCount + index + 1 : ownCount
    return Array(prefix) + Array(ownStart..<ownStart + visible)
  }

  /// The rows of a table, which may hold anything.
  static func all(_ values: some Collection<Int32>) -> [SegmentRow] {
    let numbers = values.map(Int.init)
    return stride(from: 0, to: numbers.count, by: width).map { i in
      SegmentRow(Array(numbers[i..<i + width]))
    }
  }

  private init(_ numbers: [Int]) {
    (queryStart, queryCount, prefixStart) = (numbers[0], numbers[1], numbers[2])
    (prefixCount, ownStart, ownCount) = (numbers[3], numbers[4], numbers[5])
    group = numbers[6]
  }
}
