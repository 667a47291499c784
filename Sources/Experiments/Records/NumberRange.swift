/// Numbers that files of a run can have: what lies beyond is damage, and would overflow where it is counted with.
enum NumberRange {
  /// Every whole number up to here is a `Double`, too.
  static let largest = 1 << 53

  /// - Throws: `DecodingError.dataCorrupted` at `key` for a number that is not in the range.
  static func check(
    _ number: Int?, _ key: String, atLeast least: Int = 0, in decoder: any Decoder
  ) throws {
    guard let number, !(least...largest).contains(number) else { return }
    throw DecodingError.dataCorrupted(
      .init(
        codingPath: decoder.codingPath + [Key(stringValue: key)],
        debugDescription: "\(number) is out of range"))
  }

  struct Key: CodingKey {
    var stringValue: String
    var intValue: Int? { nil }

    init(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }
}

extension Int {
  /// The nearest whole number that there is; 0 for what is no number.
  init(saturating value: Double) {
    guard value.magnitude < 9e18 else {
      self = value.isNaN ? 0 : value < 0 ? .min : .max
      return
    }
    self = Int(value)
  }
}
