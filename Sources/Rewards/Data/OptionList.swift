/// The `options` column of a record. Published files hold it as a JSON list, as a string with a
/// JSON or Python list inside (the reinforcement file of VIDEOP2R, where every value is a string),
/// or as an empty string when the question has no options.
enum OptionList {
  /// The options, or nil when the value has none of the published forms.
  static func parse(_ value: JSONValue) -> [String]? {
    switch value {
    case .null: return []
    case .array(let elements):
      let texts = elements.compactMap(\.stringValue)
      return texts.count == elements.count ? texts : nil
    case .string(let text): return parse(text)
    case .bool, .number, .object: return nil
    }
  }

  private static func parse(_ text: String) -> [String]? {
    let trimmed = text.trimmingWhitespace
    if trimmed.isEmpty { return [] }
    if let value = try? JSONText.parse(Array(trimmed.utf8)) {
      if case .array = value { return parse(value) }
      return nil
    }
    return pythonList(Array(trimmed.unicodeScalars))
  }

  /// `['a', "b's"]`: quoted strings with backslash escapes, separated by commas.
  private static func pythonList(_ text: [Unicode.Scalar]) -> [String]? {
    guard text.count >= 2, text.first == "[", text.last == "]" else { return nil }
    var options: [String] = []
    var index = 1
    let end = text.count - 1
    func skipSpace() { while index < end, text[index].properties.isWhitespace { index += 1 } }
    while true {
      skipSpace()
      if index == end { return options }
      let quote = text[index]
      guard quote == "'" || quote == "\"" else { return nil }
      index += 1
      var option = String.UnicodeScalarView()
      while index < end, text[index] != quote {
        if text[index] == "\\" {
          index += 1
          guard index < end else { return nil }
          option.append(text[index] == "n" ? "\n" : text[index] == "t" ? "\t" : text[index])
        } else {
          option.append(text[index])
        }
        index += 1
      }
      guard index < end else { return nil }
      index += 1
      options.append(String(option))
      skipSpace()
      if index == end { return options }
      guard text[index] == "," else { return nil }
      index += 1
    }
  }
}
