/// The operands and constants of one attention operation. Rows are tokens; the columns of `query`
/// are `heads * headDimension`, of `key` and `value` `keyValueHeads * headDimension`. Head h reads
/// key/value head `h / (heads / keyValueHeads)`.
public struct AttentionProblem {
  public var query: ConstantRows
  public var key: ConstantRows
  public var value: ConstantRows
  public var heads: Int
  public var keyValueHeads: Int
  public var headDimension: Int
  public var causal: Bool
  /// Multiplies the scores; positive.
  public var scale: Float

  @inlinable
  public init(
    query: ConstantRows, key: ConstantRows, value: ConstantRows, heads: Int, keyValueHeads: Int,
    headDimension: Int, causal: Bool, scale: Float
  ) {
    self.query = query
    self.key = key
    self.value = value
    self.heads = heads
    self.keyValueHeads = keyValueHeads
    self.headDimension = headDimension
    self.causal = causal
    self.scale = scale
  }

  /// Query heads that share one key/value head.
  @inlinable @inline(__always)
  var groupHeads: Int { heads / keyValueHeads }
}

/// One row of the segment table: which query rows attend to which key rows.
///
/// The keys of a segment are the list prefix rows, then own rows. Query j sees all prefix rows and,
/// if attention is causal, the first `ownCount - queryCount + j + 1` own rows, else all of them.
public struct AttentionSegment: Sendable, Hashable {
  public var queryStart: Int
  public var queryCount: Int
  public var prefixStart: Int
  public var prefixCount: Int
  public var ownStart: Int
  public var ownCount: Int
  /// Segments that share key rows have the same group; gradients are summed group by group.
  public var group: Int

  /// Reads the seven values of a table row, in the order of the properties.
  @inlinable
  public init(row: UnsafePointer<Int32>) {
    queryStart = Int(row[0])
    queryCount = Int(row[1])
    prefixStart = Int(row[2])
    prefixCount = Int(row[3])
    ownStart = Int(row[4])
    ownCount = Int(row[5])
    group = Int(row[6])
  }

  @inlinable @inline(__always)
  public var keyCount: Int { prefixCount &+ ownCount }

  /// How many keys of the list query `index` sees.
  @inlinable @inline(__always)
  func visible(_ index: Int, causal: Bool) -> Int {
    guard causal else { return keyCount }
    return prefixCount &+ max(0, min(ownCount, ownCount &- queryCount &+ index &+ 1))
  }
}

/// The key rows of a segment in list order: a head's columns of the prefix rows, then of the own
/// rows.
@usableFromInline
struct KeyRows: WordRows {
  @usableFromInline let prefix: UnsafePointer<Float>
  @usableFromInline let prefixCount: Int
  @usableFromInline let own: UnsafePointer<Float>
  @usableFromInline let stride: Int

  @inlinable @inline(__always)
  init(_ matrix: ConstantRows, _ segment: AttentionSegment, firstColumn: Int) {
    prefix = matrix.row(segment.prefixStart) + firstColumn
    prefixCount = segment.prefixCount
    own = matrix.row(segment.ownStart) + firstColumn
    stride = matrix.rowStride
  }

  @inlinable @inline(__always)
  func floats(_ index: Int) -> UnsafePointer<Float> {
    index < prefixCount ? prefix + index &* stride : own + (index &- prefixCount) &* stride
  }

  @inlinable @inline(__always)
  func row(_ index: Int) -> UnsafePointer<UInt32> {
    UnsafeRawPointer(floats(index)).assumingMemoryBound(to: UInt32.self)
  }
}
