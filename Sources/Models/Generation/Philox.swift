import Foundation

/// The counter-based generator Philox4x32-10: random words are a pure function of a key and a
/// counter.
///
/// There is no state to save or to lose: whoever knows the key and the counter can compute the same
/// words again, in any order and on any thread. As a `RandomNumberGenerator` it walks its counter
/// from 0.
///
/// Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011,
/// section 3.3.
public struct Philox: RandomNumberGenerator, Sendable, Hashable {
  /// The key of the stream.
  public let key: SIMD2<UInt32>
  /// How many blocks of four words have been used.
  private var blocks: UInt64 = 0
  /// The words of the current block that `next` has not returned yet, as two 64-bit numbers.
  private var spare: UInt64?

  public init(key: SIMD2<UInt32>) {
    self.key = key
  }

  /// The stream called `stream` of a seed. Different names give unrelated streams.
  public init(seed: UInt64, stream: String) {
    self.init(key: Self.key(seed: seed, stream: stream))
  }

  /// The key of a named stream: the first two words of the block whose key is the seed and whose
  /// counter is the 64-bit FNV-1a digest of the name.
  public static func key(seed: UInt64, stream: String) -> SIMD2<UInt32> {
    var digest: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in stream.utf8 {
      digest = (digest ^ UInt64(byte)) &* 0x100_0000_01B3
    }
    let words = block(
      counter: SIMD4(UInt32(truncatingIfNeeded: digest), UInt32(digest >> 32), 0, 0),
      key: SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(seed >> 32)))
    return SIMD2(words[0], words[1])
  }

  /// Four random words for a counter and a key: ten rounds.
  public static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var counter = counter
    var key = key
    for _ in 0..<10 {
      let first = UInt64(0xD251_1F53) * UInt64(counter[0])
      let second = UInt64(0xCD9E_8D57) * UInt64(counter[2])
      counter = SIMD4(
        UInt32(second >> 32) ^ counter[1] ^ key[0], UInt32(truncatingIfNeeded: second),
        UInt32(first >> 32) ^ counter[3] ^ key[1], UInt32(truncatingIfNeeded: first))
      key = key &+ SIMD2(0x9E37_79B9, 0xBB67_AE85)
    }
    return counter
  }

  /// A number in [0, 1) with 53 random bits, from two random words.
  public static func unitInterval(_ high: UInt32, _ low: UInt32) -> Double {
    Double((UInt64(high) << 32 | UInt64(low)) >> 11) * 0x1p-53
  }

  public mutating func next() -> UInt64 {
    if let word = spare {
      spare = nil
      return word
    }
    let counter = SIMD4(UInt32(truncatingIfNeeded: blocks), UInt32(blocks >> 32), 0, 0)
    let words = Self.block(counter: counter, key: key)
    blocks += 1
    spare = UInt64(words[2]) << 32 | UInt64(words[3])
    return UInt64(words[0]) << 32 | UInt64(words[1])
  }

  /// A number in [0, 1).
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// An integer in `0..<bound`, every value equally likely; 0 when the bound is not positive.
  ///
  /// Source: Lemire, "Fast random integer generation in an interval", TOMACS 2019, algorithm 5.
  public mutating func integer(below bound: Int) -> Int {
    guard bound > 1 else { return 0 }
    let bound = UInt64(bound)
    let threshold = (0 &- bound) % bound
    while true {
      let product = next().multipliedFullWidth(by: bound)
      if product.low >= threshold { return Int(product.high) }
    }
  }

  /// A number from the standard normal distribution (Box and Muller's transform; two uniforms per
  /// call).
  public mutating func normal() -> Double {
    let radius = (-2 * Foundation.log(1 - uniform())).squareRoot()
    return radius * Foundation.cos(2 * Double.pi * uniform())
  }

  /// The elements in a random order (Fisher and Yates), every order equally likely.
  ///
  /// Unlike the standard library's `shuffled(using:)` the order is part of the contract: it never
  /// changes for a seed.
  public mutating func shuffled<Element>(_ elements: some Sequence<Element>) -> [Element] {
    var elements = Array(elements)
    for last in stride(from: elements.count - 1, to: 0, by: -1) {
      elements.swapAt(last, integer(below: last + 1))
    }
    return elements
  }
}
