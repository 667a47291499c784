/// How the reduction (k) dimension of a panel is stored. A panel is a sequence of *word rows*: one
/// 32-bit word per column. A float32 word holds one k step; a bfloat16 word holds two (the even
/// step in the low half, the odd step in the high half), so half the bytes stream from memory and
/// widening costs one shift or one mask per 16 columns.
public protocol PanelFormat {
  static var stepsPerWord: Int { get }
  static func widen(_ word: WordLanes, step: Int) -> Lanes
}

public enum Float32Panel: PanelFormat {
  @inlinable @inline(__always)
  public static var stepsPerWord: Int { 1 }

  @inlinable @inline(__always)
  public static func widen(_ word: WordLanes, step: Int) -> Lanes {
    unsafeBitCast(word, to: Lanes.self)
  }
}

public enum BFloat16Panel: PanelFormat {
  @inlinable @inline(__always)
  public static var stepsPerWord: Int { 2 }

  @inlinable @inline(__always)
  public static func widen(_ word: WordLanes, step: Int) -> Lanes {
    unsafeBitCast(step == 0 ? word &<< 16 : word & 0xFFFF_0000, to: Lanes.self)
  }
}
