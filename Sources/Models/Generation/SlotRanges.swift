/// Stretches of equal memory, handed out and taken back: first fit, neighbours joined again.
struct SlotRanges {
  /// Free stretches, in order, no two of them adjacent.
  private var free: [Range<Int>]
  let capacity: Int

  init(capacity: Int) {
    self.capacity = capacity
    free = capacity > 0 ? [0..<capacity] : []
  }

  /// The first stretch of `count` slots that is free, or nil.
  mutating func take(_ count: Int) -> Range<Int>? {
    guard count > 0 else { return 0..<0 }
    guard let index = free.firstIndex(where: { $0.count >= count }) else { return nil }
    let start = free[index].lowerBound
    if free[index].count == count {
      free.remove(at: index)
    } else {
      free[index] = start + count..<free[index].upperBound
    }
    return start..<start + count
  }

  /// Takes a stretch back that was handed out.
  mutating func give(_ range: Range<Int>) {
    guard !range.isEmpty else { return }
    var range = range
    let index = free.firstIndex { $0.lowerBound >= range.upperBound } ?? free.count
    if index < free.count, free[index].lowerBound == range.upperBound {
      range = range.lowerBound..<free[index].upperBound
      free.remove(at: index)
    }
    if index > 0, free[index - 1].upperBound == range.lowerBound {
      free[index - 1] = free[index - 1].lowerBound..<range.upperBound
    } else {
      free.insert(range, at: index)
    }
  }
}
