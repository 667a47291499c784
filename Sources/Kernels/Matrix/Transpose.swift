/// Rows of 32-bit words, found by their index.
public protocol WordRows {
  func row(_ index: Int) -> UnsafePointer<UInt32>
}

/// Rows at a fixed distance.
public struct StridedWordRows: WordRows {
  @usableFromInline let base: UnsafePointer<UInt32>
  @usableFromInline let stride: Int

  @inlinable @inline(__always)
  public init(_ base: UnsafePointer<UInt32>, stride: Int) {
    self.base = base
    self.stride = stride
  }

  @inlinable @inline(__always)
  init(_ matrix: ConstantRows) {
    base = UnsafeRawPointer(matrix.base).assumingMemoryBound(to: UInt32.self)
    stride = matrix.rowStride
  }

  @inlinable @inline(__always)
  public func row(_ index: Int) -> UnsafePointer<UInt32> { base + index &* stride }
}

/// Packs up to `width` (a multiple of 16) source rows of 32-bit words into a panel:
/// `panel[word * width + column] = source.row(column)[word]`. Columns from `columns` on
/// hold any numbers; what is computed from them is dropped. The same routine packs float32 rows and
/// bfloat16 rows seen as pairs.
@inlinable @inline(__always)
func transposeToPanel<Tier: KernelTier, Source: WordRows>(
  _: Tier.Type, width: Int, source: Source, columns: Int, wordRows: Int,
  panel: UnsafeMutablePointer<UInt32>
) {
  var group = 0
  while group < width {
    let valid = min(16, max(0, columns &- group))
    var word = 0
    if valid > 0 && Tier.transposesInRegisters {
      while word &+ 16 <= wordRows {
        var t = InlineArray<16, WordLanes>(repeating: .zero)
        for r in 0..<16 {
          t[unchecked: r] = UnsafeRawPointer(source.row(group &+ min(r, valid &- 1)) + word)
            .loadUnaligned(as: WordLanes.self)
        }
        t = transposed(t)
        for r in 0..<16 {
          UnsafeMutableRawPointer(panel + ((word &+ r) &* width &+ group))
            .storeBytes(of: t[unchecked: r], as: WordLanes.self)
        }
        word &+= 16
      }
    }
    while word < wordRows {
      let target = panel + (word &* width &+ group)
      for c in 0..<valid { target[c] = source.row(group &+ c)[word] }
      for c in valid..<16 { target[c] = 0 }
      word &+= 1
    }
    group &+= 16
  }
}

/// The columns of 16 rows of 16 words. The stages are written out: in a loop, the rows would pass through
/// memory between them.
@inlinable @inline(__always)
func transposed(_ t: InlineArray<16, WordLanes>) -> InlineArray<16, WordLanes> {
  perfectShuffle(perfectShuffle(perfectShuffle(perfectShuffle(t))))
}

/// One stage of a 16 x 16 transpose: rows r and r + 8 are interleaved. Four stages transpose.
@inlinable @inline(__always)
func perfectShuffle(_ t: InlineArray<16, WordLanes>) -> InlineArray<16, WordLanes> {
  var next = InlineArray<16, WordLanes>(repeating: .zero)
  for r in 0..<8 {
    let a = t[unchecked: r]
    let b = t[unchecked: r &+ 8]
    var low = WordLanes.zero
    var high = WordLanes.zero
    low.evenHalf = a.lowHalf
    low.oddHalf = b.lowHalf
    high.evenHalf = a.highHalf
    high.oddHalf = b.highHalf
    next[unchecked: 2 &* r] = low
    next[unchecked: 2 &* r &+ 1] = high
  }
  return next
}
