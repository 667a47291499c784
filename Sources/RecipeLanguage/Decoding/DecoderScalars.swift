/// Scalars: read by the type the schema gives them, never by their spelling alone.
extension Decoder {
  mutating func decode(
    _ scalar: Node.Scalar, _ node: Node, as type: ValueType, at path: String
  ) -> SettingValue? {
    guard isReadable(scalar, node, as: type, at: path) else { return nil }
    let text = scalar.text
    switch type {
    case .string: return string(scalar, node, at: path).map { .string($0) }
    case .identifier: return name(text, at: node.span, path: path).map { .string($0) }
    case .boolean: return boolean(scalar, node, at: path)
    case .integer(let range): return integer(scalar, node, in: range, at: path)
    case .number(let range):
      return number(scalar, node, range, as: type, at: path).map { .number($0) }
    case .share: return share(scalar, node, at: path)
    case .quantity(let unit, let range):
      return read(node, at: path) { () throws(QuantityReader.Problem) in
        .quantity(try QuantityReader.quantity(text, in: unit, range))
      }
    case .window(let unit, let others):
      return read(node, at: path) { () throws(QuantityReader.Problem) in
        .window(try QuantityReader.window(text, in: unit, or: others))
      }
    case .interval: return interval(text, node, at: path)
    case .choice(let words):
      if words.contains(text) { return .string(text) }
      report(
        .unknownChoice, "`\(path)` cannot be `\(Self.shortened(text))`", at: node.span,
        help: Suggestion.help(for: text, among: words), fixes: respell(node, among: words),
        path: path)
      return nil
    case .reference(let section): return reference(text, node, to: section, at: path)
    case .items: return items(scalar, node, at: path)
    case .textSource: return textSource(scalar, node, at: path)
    case .anyScalar: return .string(text)
    case .secret: return secret(scalar, node, at: path)
    case .template(let use): return template(scalar, node, for: use, at: path)
    case .path(let words):
      if words.contains(text) { return .path(.word(text)) }
      guard let written = string(scalar, node, at: path) else { return nil }
      return .path(self.path(written, in: node.span.path))
    case .expression(let type, let context):
      return expression(scalar, node, as: type, in: context, at: path)
    case .schedule(let range): return schedule(scalar, node, in: range, at: path)
    case .position(let words): return position(scalar, node, words, at: path)
    case .optional(let inner):
      return text == "none" ? SettingValue.none : decode(scalar, node, as: inner, at: path)
    case .list:
      let help = "put it into brackets: `[\(Self.shortened(text))]`"
      let isWord = text.utf8.allSatisfy { $0.isNamePart || $0 == .dot }
      wrongType(
        node, type, at: path, help: help,
        fixes: isWord ? rewrite(node, as: "[\(text)]", isSafe: true) : [])
      return nil
    case .map, .processMap, .record, .kind:
      wrongType(node, type, at: path)
      return nil
    }
  }

  /// Refuses `null`, and plain scalars that YAML readers disagree about.
  private mutating func isReadable(
    _ scalar: Node.Scalar, _ node: Node, as type: ValueType, at path: String
  ) -> Bool {
    guard scalar.style == .plain else { return true }
    switch PlainScalar(scalar.text) {
    case .null:
      let written = scalar.text.isEmpty ? "has no value" : "is `\(scalar.text)`, which is no value"
      report(
        .missingValue, "`\(path)` \(written); it needs \(type.phrase)", at: node.span,
        help: "give it a value or remove the key; text that holds `, ` needs quotes inside { }",
        path: path)
      return false
    case .ambiguous(let reason, let instead):
      let help: String
      if case .boolean = type {
        help = "write `true` or `false`"
      } else if let instead, type.isNumeric {
        help = "write `\(instead)`"
      } else {
        help = type.isNumeric ? "write a decimal number" : "write \"\(scalar.text)\" in quotes"
      }
      report(
        .ambiguousScalar, "`\(scalar.text)` \(reason)", at: node.span, help: help,
        fixes: disambiguate(node, as: type, instead: instead), path: path)
      return false
    default: return true
    }
  }

  private mutating func string(
    _ scalar: Node.Scalar, _ node: Node, at path: String
  ) -> String? {
    guard scalar.style == .plain, PlainScalar(scalar.text) != .text else { return scalar.text }
    wrongType(
      node, .string, at: path, help: "write \"\(scalar.text)\" in quotes",
      fixes: rewrite(node, as: "\"\(scalar.text)\"", isSafe: true))
    return nil
  }

  /// A name that expressions, references and file names can hold.
  mutating func name(_ text: String, at span: SourceSpan, path: String) -> String? {
    let bytes = text.utf8
    let reserved = ExpressionLexer.words.union(["none", "null"])
    if bytes.first.map(\.isNameStart) == true, bytes.allSatisfy(\.isNamePart), bytes.count <= 64,
      !reserved.contains(text)
    {
      return text
    }
    let reason =
      reserved.contains(text)
      ? "a word of the language" : "not a name: letters, digits and `_`, at most 64"
    report(
      .badName, "`\(Self.shortened(text))` is \(reason)", at: span,
      help: "use a name such as `\(suggestedName(text))`", path: path)
    return nil
  }

  private func suggestedName(_ text: String) -> String {
    let mended = String(
      decoding: text.utf8.prefix(64).map { $0.isNamePart ? $0 : .underscore }, as: UTF8.self)
    let start = mended.utf8.first.map(\.isNameStart) == true
    return start && mended != text ? mended : "my_\(mended)"
  }

  private mutating func boolean(
    _ scalar: Node.Scalar, _ node: Node, at path: String
  ) -> SettingValue? {
    if scalar.style == .plain, scalar.text == "true" || scalar.text == "false" {
      return .boolean(scalar.text == "true")
    }
    let lower = scalar.text.lowercased()
    let isBoolean = lower == "true" || lower == "false"
    wrongType(
      node, .boolean, at: path, help: isBoolean ? "write `\(lower)`" : nil,
      fixes: isBoolean ? rewrite(node, as: lower, isSafe: true) : [])
    return nil
  }

  private mutating func integer(
    _ scalar: Node.Scalar, _ node: Node, in range: ClosedRange<Int>, at path: String
  ) -> SettingValue? {
    let type = ValueType.integer(range)
    guard
      let value = number(scalar, node, .any, as: type, at: path)
    else { return nil }
    guard let whole = Int(scalar.text) ?? Int(exactly: value) else {
      wrongType(node, type, at: path)
      return nil
    }
    guard whole <= range.upperBound || range.upperBound < ValueType.largestCount else {
      report(.outOfRange, "`\(path)` is at most `\(range.upperBound)`", at: node.span, path: path)
      return nil
    }
    guard range.contains(whole) else {
      outOfRange(node, type, at: path)
      return nil
    }
    return .integer(whole)
  }

  mutating func number(
    _ scalar: Node.Scalar, _ node: Node, _ range: NumberRange, as type: ValueType, at path: String
  ) -> Double? {
    guard scalar.style == .plain else {
      let isNumber = Double(scalar.text) != nil
      let isPlain = PlainScalar(scalar.text) == .number
      wrongType(
        node, type, at: path, help: isNumber ? "remove the quotes" : nil,
        fixes: isNumber && isPlain ? rewrite(node, as: scalar.text, isSafe: true) : [])
      return nil
    }
    var cursor = ByteCursor(scalar.text)
    let isNegative = cursor.take("-")
    guard let magnitude = cursor.number(), cursor.isAtEnd else {
      wrongType(node, type, at: path, help: numberHelp(scalar.text))
      return nil
    }
    let value = isNegative ? -magnitude : magnitude
    guard value.isFinite, range.contains(value) else {
      outOfRange(node, type, at: path)
      return nil
    }
    return value
  }

  private func numberHelp(_ text: String) -> String? {
    if QuantityReader.percentage(text) != nil { return "a percentage is not accepted here" }
    var cursor = ByteCursor(text)
    if let value = cursor.number(), !cursor.isAtEnd, cursor.peek != .dot {
      let unit = String(cursor.text(cursor.offset..<cursor.bytes.count).drop { $0 == " " })
      if Unit(rawValue: unit) != nil {
        return "the name carries the unit: write `\(shortText(value))`"
      }
    }
    return Double(text).flatMap { $0.isFinite ? "write `\(shortText($0))`" : nil }
  }

  private mutating func outOfRange(_ node: Node, _ type: ValueType, at path: String) {
    report(
      .outOfRange, "`\(path)` needs \(type.phrase), found \(Self.describe(node))", at: node.span,
      path: path)
  }

  private mutating func share(
    _ scalar: Node.Scalar, _ node: Node, at path: String
  ) -> SettingValue? {
    if let share = QuantityReader.percentage(scalar.text) {
      if share <= 1 { return .number(share) }
      report(.outOfRange, "`\(path)` is at most `100%`", at: node.span, path: path)
      return nil
    }
    return number(scalar, node, .between(0, 1), as: .share, at: path).map { .number($0) }
  }

  /// `0.5..2`, `5%..50%`.
  private mutating func interval(_ text: String, _ node: Node, at path: String) -> SettingValue? {
    var cursor = ByteCursor(text)
    func end(_ cursor: inout ByteCursor) -> Double? {
      let isNegative = cursor.take("-")
      guard let value = cursor.number() else { return nil }
      let isShare = cursor.take("%")
      cursor.skip(while: \.isBlank)
      return (isNegative ? -value : value) / (isShare ? 100 : 1)
    }
    guard let lower = end(&cursor), cursor.take("..") else {
      wrongType(node, .interval, at: path)
      return nil
    }
    cursor.skip(while: \.isBlank)
    guard let upper = end(&cursor), cursor.isAtEnd else {
      wrongType(node, .interval, at: path)
      return nil
    }
    guard lower <= upper else {
      report(
        .emptyWindow, "`\(path)`: `\(text)` is empty: its lower end is above its upper end",
        at: node.span, help: "write `\(shortText(upper))..\(shortText(lower))`", path: path)
      return nil
    }
    let ends = [lower, upper].map {
      Setting(value: .number($0), span: node.span, keySpan: node.span, origin: origin)
    }
    return .list(ends)
  }

  private mutating func read(
    _ node: Node, at path: String, _ body: () throws(QuantityReader.Problem) -> SettingValue
  ) -> SettingValue? {
    do {
      return try body()
    } catch {
      report(
        error.code, "`\(path)`: \(error.message)", at: node.span, help: error.help,
        fixes: error.mended.map { rewrite(node, as: $0, isSafe: error.isCertain) } ?? [],
        path: path)
      return nil
    }
  }
}

extension ValueType {
  var isNumeric: Bool {
    switch self {
    case .integer, .number, .share, .quantity, .window, .interval, .schedule: true
    case .optional(let inner): inner.isNumeric
    default: false
    }
  }
}
