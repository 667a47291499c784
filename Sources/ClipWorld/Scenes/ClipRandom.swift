/// The random numbers of one clip: SplitMix64, started from a digest of what identifies the clip.
/// The whole world is a function of these, so nothing here may change without a new `ClipWorldSettings.version`.
struct ClipRandom {
  private var state: UInt64

  init(key: String) { state = Fingerprint.of(key) }

  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// A whole number in `0..<bound`.
  mutating func below(_ bound: Int) -> Int {
    Int(next().multipliedFullWidth(by: UInt64(max(1, bound))).high)
  }

  /// A number in `0..<1`.
  mutating func unit() -> Double { Double(next() >> 11) * 0x1p-53 }

  mutating func uniform(_ low: Double, _ high: Double) -> Double { low + (high - low) * unit() }

  /// True with probability `share`.
  mutating func happens(_ share: Double) -> Bool { unit() < share }

  /// One of the values, which must not be empty.
  mutating func pick<Value>(_ values: [Value]) -> Value { values[below(values.count)] }

  /// One of the values, by weight.
  mutating func pick<Value>(_ values: [(value: Value, weight: Double)]) -> Value {
    var left = unit() * values.reduce(0) { $0 + $1.weight }
    for entry in values.dropLast() {
      left -= entry.weight
      if left < 0 { return entry.value }
    }
    return values[values.count - 1].value
  }

  mutating func shuffled<Value>(_ values: [Value]) -> [Value] {
    var values = values
    for last in stride(from: values.count - 1, to: 0, by: -1) {
      values.swapAt(last, below(last + 1))
    }
    return values
  }
}

/// FNV-1a, 64 bits: names clips and scenes. Not meant to resist anyone.
enum Fingerprint {
  static func of(_ text: String) -> UInt64 {
    text.utf8.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
  }

  static func hexadecimal(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
