import CShims

/// Sixteen float lanes on every tier: one zmm register, two ymm, or four xmm.
public typealias Lanes = SIMD16<Float>
public typealias WordLanes = SIMD16<UInt32>

extension SIMD16<Float> {
  /// The first `count` floats at `source`; the lanes after them are +0.
  @inlinable @inline(__always)
  public static func load(_ source: UnsafePointer<Float>, _ count: Int = 16) -> Lanes {
    if count == 16 { return UnsafeRawPointer(source).loadUnaligned(as: Lanes.self) }
    var lanes = Lanes.zero
    for lane in 0..<count { lanes[lane] = source[lane] }
    return lanes
  }

  /// Stores the first `count` lanes at `target`.
  @inlinable @inline(__always)
  public func store(_ target: UnsafeMutablePointer<Float>, _ count: Int = 16) {
    if count == 16 {
      UnsafeMutableRawPointer(target).storeBytes(of: self, as: Lanes.self)
    } else {
      for lane in 0..<count { target[lane] = self[lane] }
    }
  }

  /// The sum of all lanes, as a fixed tree: halves, quarters, pairs.
  @inlinable @inline(__always)
  public var total: Float {
    let eight = lowHalf + highHalf
    let four = eight.lowHalf + eight.highHalf
    let two = four.lowHalf + four.highHalf
    return two.x + two.y
  }

  /// The largest lane.
  @inlinable @inline(__always)
  public var largest: Float {
    let eight = lowHalf.replacing(with: highHalf, where: lowHalf .< highHalf)
    let four = eight.lowHalf.replacing(with: eight.highHalf, where: eight.lowHalf .< eight.highHalf)
    let two = four.lowHalf.replacing(with: four.highHalf, where: four.lowHalf .< four.highHalf)
    return two.x < two.y ? two.y : two.x
  }

  /// Per lane, the larger of two; `self` where they do not compare.
  @inlinable @inline(__always)
  public func larger(_ other: Lanes) -> Lanes { replacing(with: other, where: self .< other) }

  /// Lanes from `count` on become `value`; every lane stays when `count` is 16 or more.
  @inlinable @inline(__always)
  public func keeping(_ count: Int, else value: Float) -> Lanes {
    let index = Lanes(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15)
    return replacing(with: value, where: index .>= Float(count))
  }

  /// The square root of every lane, rounded correctly.
  @inlinable @inline(__always)
  public var roots: Lanes {
    var lanes = self
    withUnsafeMutablePointer(to: &lanes) {
      $0.withMemoryRebound(to: Float.self, capacity: 16) { square_root_lanes($0, $0) }
    }
    return lanes
  }
}
