import RecipeLanguage

/// Finds every declaration and use of a name in a text.
struct SymbolReader {
  private(set) var occurrences: [Occurrence] = []
  private let sections: Set<String>
  /// Where the occurrences begin, each once.
  private var starts: Set<Int> = []
  private var processes: Set<String> = []

  /// - Parameter sections: top-level keys whose entries are named.
  static func read(_ places: [DraftPlace], sections: Set<String>) -> [Occurrence] {
    var reader = SymbolReader(sections: sections)
    for place in places { reader.read(place) }
    return reader.occurrences
  }

  private init(sections: Set<String>) { self.sections = sections }

  private mutating func read(_ place: DraftPlace) {
    if let key = place.key { read(key, of: place) }
    guard let scalar = place.node.scalar else { return }
    interpolations(in: scalar)
    switch place.type?.unwrapped {
    case .reference(let section): add(section.rawValue, scalar.text, scalar.inner)
    case .items where !scalar.text.hasPrefix("stages."):
      add(Section.data.rawValue, scalar.text, scalar.inner)
    case .identifier where isProcess(place):
      // The first segment of a process declares it.
      let isFirst = processes.insert(scalar.text).inserted
      add(Section.processes.rawValue, scalar.text, scalar.inner, isDefinition: isFirst)
    case .expression(_, let context):
      let readsRewards = ExpressionNames.rewards.contexts.contains(context)
      names(in: scalar, bare: readsRewards ? Section.rewards.rawValue : nil)
    case .template: holes(in: scalar)
    case .string, .path, .choice, .boolean, .integer, .number, .identifier: break
    default: names(in: scalar, bare: nil)
    }
  }

  private mutating func read(_ key: DraftScalar, of place: DraftPlace) {
    let parts = place.path.split(separator: ".", omittingEmptySubsequences: false)
    if case .processMap? = place.container {
      add(Section.processes.rawValue, key.text, key.inner)
    } else if parts.count == 2, sections.contains(String(parts[0])), place.isNamed {
      add(String(parts[0]), key.text, key.inner, isDefinition: true)
    } else if parts.count > 2, parts[0] == "sweep", place.isNamed || place.type == nil,
      parts[parts.count - 2] == "axes" || parts[1] == "controls" && parts.count == 4
    {
      add("params", key.text, key.inner)
    }
  }

  private func isProcess(_ place: DraftPlace) -> Bool {
    place.name == "process" && place.path.hasPrefix("segments.")
  }

  private mutating func add(
    _ section: String, _ name: String, _ range: Range<Int>, isDefinition: Bool = false
  ) {
    guard !name.isEmpty, starts.insert(range.lowerBound).inserted else { return }
    occurrences.append(
      Occurrence(
        symbol: Symbol(section: section, name: name), range: range, isDefinition: isDefinition))
  }

  // MARK: Names inside text

  /// `${params.x}`
  private mutating func interpolations(in scalar: DraftScalar) {
    let text = Array(scalar.text.utf8)
    var offset = 0
    while offset + 1 < text.count {
      guard text[offset] == UInt8(ascii: "$"), text[offset + 1] == UInt8(ascii: "{"),
        offset == 0 || text[offset - 1] != UInt8(ascii: "$")
      else {
        offset += 1
        continue
      }
      let end = text[offset...].firstIndex(of: UInt8(ascii: "}")) ?? text.count
      for word in Words.dotted(text, offset + 2..<end) {
        dotted(word, in: text, at: scalar.inner.lowerBound)
      }
      offset = end
    }
  }

  /// `{segment.answer | fence}` in the text of a template.
  private mutating func holes(in scalar: DraftScalar) {
    let text = Array(scalar.text.utf8)
    for (offset, byte) in text.enumerated() where byte == UInt8(ascii: "{") {
      guard offset == 0 || text[offset - 1] != UInt8(ascii: "$"),
        let end = text[offset...].firstIndex(of: UInt8(ascii: "}")),
        let word = Words.dotted(text, offset + 1..<end).first, word.count == 2
      else { continue }
      dotted(word, in: text, at: scalar.inner.lowerBound)
    }
  }

  /// `correct`, `segment.answer`, `schedules.rate`, `stages.rl.steps`.
  ///
  /// - Parameter bare: the section that a name without a dot belongs to.
  private mutating func names(in scalar: DraftScalar, bare: String?) {
    let text = Array(scalar.text.utf8)
    for word in Words.dotted(text, 0..<text.count) {
      if word.count > 1 {
        dotted(word, in: text, at: scalar.inner.lowerBound)
      } else if let bare, !Words.isCall(text, after: word[0].upperBound) {
        let name = String(decoding: text[word[0]], as: UTF8.self)
        guard !Words.ofExpressions.contains(name) else { continue }
        let start = scalar.inner.lowerBound
        add(bare, name, start + word[0].lowerBound..<start + word[0].upperBound)
      }
    }
  }

  private mutating func dotted(_ word: [Range<Int>], in text: [UInt8], at start: Int) {
    guard word.count > 1 else { return }
    let first = String(decoding: text[word[0]], as: UTF8.self)
    let section = first == "segment" ? Section.segments.rawValue : first
    guard sections.contains(section) || section == "params" else { return }
    add(
      section, String(decoding: text[word[1]], as: UTF8.self),
      start + word[1].lowerBound..<start + word[1].upperBound)
  }
}

/// Words in the text of formulas.
enum Words {
  static let ofExpressions: Set<String> = ["and", "or", "not", "if", "true", "false"]
  /// The calls there are, `if` apart.
  static let functions = Expression.Function.allCases.map(\.rawValue)
  /// The calls about a group of responses.
  static let aggregates = Expression.Aggregate.allCases.map(\.rawValue)
  /// What no name may be.
  static let reserved = ofExpressions.union(["none", "null"])

  /// The names in a range of text, each as its parts between dots. Text in quotes and units after a
  /// number are none.
  static func dotted(_ text: [UInt8], _ range: Range<Int>) -> [[Range<Int>]] {
    var words: [[Range<Int>]] = []
    var offset = range.lowerBound
    while offset < range.upperBound {
      let byte = text[offset]
      if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
        let rest = text[(offset + 1)..<range.upperBound]
        offset = (rest.firstIndex(of: byte) ?? range.upperBound - 1) + 1
      } else if isDigit(byte) {
        while offset < range.upperBound, isNamePart(text[offset]) || text[offset] == dot {
          offset += 1
        }
        var unit = offset
        while unit < range.upperBound, text[unit] == 0x20 { unit += 1 }
        let start = unit
        while unit < range.upperBound, isNamePart(text[unit]) { unit += 1 }
        if unitNames.contains(String(decoding: text[start..<unit], as: UTF8.self)) { offset = unit }
      } else if isNamePart(byte) {
        var parts: [Range<Int>] = []
        var start = offset
        while offset < range.upperBound, isNamePart(text[offset]) || text[offset] == dot {
          if text[offset] == dot {
            parts.append(start..<offset)
            start = offset + 1
          }
          offset += 1
        }
        parts.append(start..<offset)
        words.append(parts)
      } else {
        offset += 1
      }
    }
    return words
  }

  static func isCall(_ text: [UInt8], after end: Int) -> Bool {
    text[end...].first { $0 != 0x20 } == UInt8(ascii: "(")
  }

  static func isNamePart(_ byte: UInt8) -> Bool {
    isDigit(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == UInt8(ascii: "_")
  }

  static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

  private static let dot = UInt8(ascii: ".")
  private static let unitNames = Set(Unit.allCases.map(\.rawValue))
}
