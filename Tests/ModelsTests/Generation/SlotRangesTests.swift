import TestSupport
import Testing

@testable import Models

struct SlotRangesTests {
  @Test func aStretchIsHandedOutOnceAndTakenBackWhole() {
    var slots = SlotRanges(capacity: 10)
    #expect(slots.take(4) == 0..<4)
    #expect(slots.take(6) == 4..<10)
    #expect(slots.take(1) == nil)
    slots.give(0..<4)
    #expect(slots.take(5) == nil)
    slots.give(4..<10)
    #expect(slots.take(10) == 0..<10)
  }

  @Test func noSlotsAreAStretchToo() {
    var slots = SlotRanges(capacity: 0)
    #expect(slots.take(0)?.isEmpty == true)
    #expect(slots.take(1) == nil)
    slots.give(0..<0)
  }

  @Test func stretchesNeverOverlapAndNothingIsLost() {
    var random = SeededGenerator(5)
    var slots = SlotRanges(capacity: 200)
    var taken: [Range<Int>] = []
    for _ in 0..<2_000 {
      if Bool.random(using: &random), let range = slots.take(Int.random(in: 1...30, using: &random))
      {
        #expect(taken.allSatisfy { !$0.overlaps(range) } && range.upperBound <= 200)
        taken.append(range)
      } else if let index = taken.indices.randomElement(using: &random) {
        slots.give(taken.remove(at: index))
      }
    }
    taken.shuffle(using: &random)
    taken.forEach { slots.give($0) }
    #expect(slots.take(200) == 0..<200)
  }
}
