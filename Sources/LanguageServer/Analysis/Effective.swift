import RecipeLanguage

/// Looking up what the checker made of a path.
extension Record {
  /// The setting at `stages.rl.sampling.top_p` or `rewards.correct.of[0]`.
  func setting(at path: String) -> Setting? {
    var setting: Setting?
    var record: Record? = self
    for part in path.split(separator: ".", omittingEmptySubsequences: false) {
      let pieces = part.split(separator: "[", omittingEmptySubsequences: false)
      guard let key = pieces.first, let next = record?.setting(String(key)) else { return nil }
      setting = next
      for index in pieces.dropFirst() {
        guard case .list(let items)? = setting?.value, let place = Int(index.dropLast()),
          items.indices.contains(place)
        else { return nil }
        setting = items[place]
      }
      record = nil
      if case .record(let inner)? = setting?.value { record = inner }
    }
    return setting
  }
}

extension SettingValue {
  /// As one would write it; nil for records, which show themselves.
  var display: String? {
    switch self {
    case .record: nil
    case .string(let text): text
    case .expression(let expression): expression.text
    case .path(.word(let word)): word
    case .path(.file(let written, _)): written
    case .list(let items):
      "[" + items.map { $0.value.display ?? "{…}" }.joined(separator: ", ") + "]"
    case .integer(let value): "\(value)"
    case .number(let value): Display.number(value)
    default: canonicalText
    }
  }
}

/// Values and ranges for people.
enum Display {
  static func number(_ value: Double) -> String {
    Int(exactly: value).map(String.init) ?? "\(value)"
  }

  static func range(_ range: ClosedRange<Double>) -> String {
    let (low, high) = (range.lowerBound, range.upperBound)
    return "\(bound(low)) to \(bound(high))"
  }

  private static func bound(_ value: Double) -> String {
    value <= -.greatestFiniteMagnitude
      ? "any" : value >= .greatestFiniteMagnitude ? "any" : number(value)
  }

  static func support(_ values: [Double]) -> String {
    values.prefix(8).map(number).joined(separator: ", ") + (values.count > 8 ? ", …" : "")
  }
}
